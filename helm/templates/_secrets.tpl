{{/* The secrets of one container: `dict "root" $ "only" (list "databaseUrl")`; without `only` all of the gateway. A YAML list of name, secret, key. */}}
{{- define "gatehouse.secrets" -}}
{{- $root := .root }}
{{- $names := dict "databaseUrl" "DATABASE_URL" "databaseListenUrl" "DATABASE_LISTEN_URL" "encryptionKeys" "ENCRYPTION_KEYS" "cookieSecrets" "COOKIE_SECRETS" "operatorToken" "OPERATOR_TOKEN" "smtpUrl" "SMTP_URL" }}
{{- $found := list }}
{{- range $value, $variable := $names }}
{{- $one := get $root.Values.secrets $value }}
{{- if and (not (and (hasKey $one "enabled") (not $one.enabled))) (or (not $.only) (has $value $.only)) }}
{{- $secret := default $root.Values.secrets.existingSecret $one.existingSecret }}
{{- if not $secret }}{{ fail (printf "secrets.existingSecret or secrets.%s.existingSecret is required: the name of a Secret with the key %s" $value $one.key) }}{{ end }}
{{- $found = append $found (dict "name" $variable "secret" $secret "key" $one.key) }}
{{- end }}
{{- end }}
{{- toYaml $found }}
{{- end }}

{{/* As above for a migration, which may bring a role of its own. */}}
{{- define "gatehouse.migrationSecrets" -}}
{{- $migration := .Values.migration }}
{{- if $migration.existingSecret }}
{{- toYaml (list (dict "name" "DATABASE_URL" "secret" $migration.existingSecret "key" (default .Values.secrets.databaseUrl.key $migration.key))) }}
{{- else }}
{{- include "gatehouse.secrets" (dict "root" . "only" (list "databaseUrl")) }}
{{- end }}
{{- end }}

{{/* `dict "root" $ "secrets" (list …)` → environment. */}}
{{- define "gatehouse.secretEnv" -}}
{{- $files := eq .root.Values.secrets.provideAs "files" }}
{{- range .secrets }}
{{- if $files }}
- name: {{ .name }}_FILE
  value: /run/secrets/gatehouse/{{ .name }}
{{- else }}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}
{{- end }}
{{- end }}

{{- define "gatehouse.secretVolume" -}}
{{- if eq .root.Values.secrets.provideAs "files" }}
- name: secrets
  projected:
    # r--r-----, for the owner and the pod's fsGroup; in decimal, because not every reader of YAML takes 0440 for octal.
    defaultMode: 288
    sources:
      {{- range .secrets }}
      - secret:
          name: {{ .secret }}
          items:
            - key: {{ .key }}
              path: {{ .name }}
      {{- end }}
{{- end }}
{{- end }}

{{- define "gatehouse.secretMount" -}}
{{- if eq .Values.secrets.provideAs "files" }}
- name: secrets
  mountPath: /run/secrets/gatehouse
  readOnly: true
{{- end }}
{{- end }}

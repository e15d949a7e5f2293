{{- define "gatehouse.podSecurityContext" -}}
{{- $always := dict "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") }}
{{- toYaml (merge $always (deepCopy .Values.podSecurityContext)) }}
{{- end }}

{{- define "gatehouse.containerSecurityContext" -}}
{{- $always := dict "allowPrivilegeEscalation" false "capabilities" (dict "drop" (list "ALL")) "privileged" false "readOnlyRootFilesystem" true "runAsNonRoot" true "seccompProfile" (dict "type" "RuntimeDefault") }}
{{- toYaml (merge $always (deepCopy .Values.containerSecurityContext)) }}
{{- end }}

{{/* Labels of pods: those that select them, and which kind of work they do. `dict "root" $ "component" …`. */}}
{{- define "gatehouse.podLabels" -}}
{{- include "gatehouse.labels" (dict "root" .root "component" .component "labels" .root.Values.podLabels) }}
{{- end }}

{{/* What all pods have in common: where they run and as whom. */}}
{{- define "gatehouse.placement" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  {{- include "gatehouse.podSecurityContext" . | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- tpl (toYaml .) $ | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .Values.runtimeClassName }}
runtimeClassName: {{ . }}
{{- end }}
{{- with .Values.hostAliases }}
hostAliases:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.dnsPolicy }}
dnsPolicy: {{ . }}
{{- end }}
{{- with .Values.dnsConfig }}
dnsConfig:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* The pod of a job that needs the database alone: `dict "root" $ "component" … "door" … "secrets" (list …) "resources" … "serviceAccountName" …`. */}}
{{- define "gatehouse.jobPod" -}}
metadata:
  labels:
    {{- include "gatehouse.podLabels" . | nindent 4 }}
  {{- with .root.Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  restartPolicy: Never
  serviceAccountName: {{ .serviceAccountName }}
  {{- include "gatehouse.placement" .root | nindent 2 }}
  containers:
    - name: {{ .component }}
      image: {{ include "gatehouse.image" .root | quote }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      command: [node, src/bin/{{ .door }}.ts]
      securityContext:
        {{- include "gatehouse.containerSecurityContext" .root | nindent 8 }}
      env:
        {{- include "gatehouse.secretEnv" . | nindent 8 }}
        {{- range $name, $value := .environment }}
        {{- if not (kindIs "invalid" $value) }}
        - name: {{ $name }}
          value: {{ int64 $value | quote }}
        {{- end }}
        {{- end }}
        {{- with .root.Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .root.Values.envFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- include "gatehouse.secretMount" .root | nindent 8 }}
        {{- with .root.Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: {{ .root.Values.tmpSizeLimit }}
    {{- include "gatehouse.secretVolume" . | nindent 4 }}
    {{- with .root.Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

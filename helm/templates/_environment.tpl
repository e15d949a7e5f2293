{{/* What is no secret, under the names that the gateway reads. */}}
{{- define "gatehouse.environment" -}}
{{- if ne (empty .Values.config.mailFrom) (not .Values.secrets.smtpUrl.enabled) }}{{ fail "config.mailFrom and secrets.smtpUrl.enabled are set together or not at all" }}{{ end -}}
PUBLIC_URL: {{ .Values.config.publicUrl | quote }}
HOST: {{ .Values.config.host | quote }}
PORT: {{ .Values.ports.http | quote }}
MANAGEMENT_PORT: {{ .Values.ports.management | quote }}
SHUTDOWN_DELAY_SECONDS: {{ .Values.shutdown.delaySeconds | quote }}
{{- with .Values.config.trustedProxies }}
TRUSTED_PROXIES: {{ join "," . | quote }}
{{- end }}
{{- $variables := dict
  "SESSION_IDLE_SECONDS" .Values.config.sessionIdleSeconds
  "SESSION_LIFETIME_SECONDS" .Values.config.sessionLifetimeSeconds
  "TOKEN_LIFETIME_SECONDS" .Values.config.tokenLifetimeSeconds
  "KEY_ROTATION_SECONDS" .Values.config.keyRotationSeconds
  "KEY_PUBLISH_SECONDS" .Values.config.keyPublishSeconds
  "ATTEMPT_RETENTION_SECONDS" .Values.config.attemptRetentionSeconds
  "EVENT_RETENTION_SECONDS" .Values.config.eventRetentionSeconds
  "LOGIN_RATE_LIMIT" .Values.config.loginRateLimit
  "API_RATE_LIMIT" .Values.config.apiRateLimit
  "MAIL_FROM" .Values.config.mailFrom
  "SUPPORT_EMAIL" .Values.config.supportEmail
  "LOG_LEVEL" .Values.config.logLevel
  "OTEL_EXPORTER_OTLP_ENDPOINT" .Values.config.otlpEndpoint
  "OTEL_SERVICE_NAME" .Values.config.otlpServiceName
  "BRAND_NAME" .Values.config.brand.name
  "BRAND_ACCENT" .Values.config.brand.accent }}
{{- range $name, $value := $variables }}
{{- if not (kindIs "invalid" $value) }}
{{- /* Numbers of a values file arrive as floats: %v would write 2.592e+06. */}}
{{ $name }}: {{ ternary $value (printf "%d" (int64 $value)) (kindIs "string" $value) | quote }}
{{- end }}
{{- end }}
{{- if .Values.config.brand.logo.existingConfigMap }}
BRAND_LOGO_FILE: /run/brand/logo
{{- end }}
{{- end }}

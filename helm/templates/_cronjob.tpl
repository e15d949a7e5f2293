{{/* One CronJob: `dict "root" $ "values" .Values.sweep "component" "sweep" "door" "sweep" "only" (list "databaseUrl") "environment" (dict …)`. */}}
{{- define "gatehouse.cronJob" -}}
apiVersion: batch/v1
kind: CronJob
metadata:
  {{- include "gatehouse.metadata" (dict "root" .root "component" .component "suffix" .component "annotations" .values.annotations) | nindent 2 }}
spec:
  schedule: {{ .values.schedule | quote }}
  {{- with .values.timeZone }}
  timeZone: {{ . }}
  {{- end }}
  suspend: {{ .values.suspend }}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: {{ .values.startingDeadlineSeconds }}
  successfulJobsHistoryLimit: {{ .values.successfulJobsHistoryLimit }}
  failedJobsHistoryLimit: {{ .values.failedJobsHistoryLimit }}
  jobTemplate:
    metadata:
      labels:
        {{- include "gatehouse.labels" (dict "root" .root "component" .component) | nindent 8 }}
    spec:
      backoffLimit: {{ .values.backoffLimit }}
      activeDeadlineSeconds: {{ .values.activeDeadlineSeconds }}
      template:
        {{- $secrets := include "gatehouse.secrets" (dict "root" .root "only" .only) | fromYamlArray }}
        {{- include "gatehouse.jobPod" (dict "root" .root "component" .component "door" .door "secrets" $secrets "environment" .environment "resources" .values.resources "serviceAccountName" (include "gatehouse.serviceAccountName" .root)) | nindent 8 }}
{{- end }}

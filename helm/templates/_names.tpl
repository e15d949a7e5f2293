{{- define "gatehouse.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* 40 characters leave room for what is put behind: `-management`, and what a CronJob adds to the names of its jobs. */}}
{{- define "gatehouse.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) }}
{{- default $full .Values.fullnameOverride | trunc 40 | trimSuffix "-" }}
{{- end }}

{{/* What objects are selected by. It may never change: selectors are immutable. */}}
{{- define "gatehouse.selectorLabels" -}}
app.kubernetes.io/name: {{ include "gatehouse.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Of all objects: `dict "root" $ "component" "gateway" "labels" (dict …)`. */}}
{{- define "gatehouse.labels" -}}
{{- $own := dict
  "app.kubernetes.io/name" (include "gatehouse.name" .root)
  "app.kubernetes.io/instance" .root.Release.Name
  "app.kubernetes.io/component" .component
  "app.kubernetes.io/version" (.root.Chart.AppVersion | toString)
  "app.kubernetes.io/managed-by" .root.Release.Service
  "helm.sh/chart" (printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") }}
{{- toYaml (merge $own (deepCopy (default dict .labels)) (deepCopy .root.Values.commonLabels)) }}
{{- end }}

{{/* Metadata of an object: `dict "root" $ "component" … "suffix" … "labels" … "annotations" …`. */}}
{{- define "gatehouse.metadata" -}}
name: {{ include "gatehouse.fullname" .root }}{{ with .suffix }}-{{ . }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "gatehouse.labels" . | nindent 2 }}
{{- with merge (deepCopy (default dict .annotations)) (deepCopy .root.Values.commonAnnotations) }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "gatehouse.serviceAccountName" -}}
{{- default (ternary (include "gatehouse.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name }}
{{- end }}

{{/* A hook runs before the release's own account exists. */}}
{{- define "gatehouse.migrationServiceAccountName" -}}
{{- $existing := ternary "default" (default "default" .Values.serviceAccount.name) .Values.serviceAccount.create }}
{{- default $existing .Values.migration.serviceAccountName }}
{{- end }}

{{- define "gatehouse.image" -}}
{{- with .Values.image }}
{{- if .digest }}{{ .repository }}@{{ .digest }}{{ else }}{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
{{- end }}

{{/* The hosts that lead here and the path of each, the login host first: a YAML list. */}}
{{- define "gatehouse.hosts" -}}
{{- $login := dict "host" (urlParse .Values.config.publicUrl | dig "hostname" "") "path" "/" }}
{{- $hosts := list $login }}
{{- range .Values.hosts }}
{{- if eq .host $login.host }}{{ fail (printf "hosts: %s is the host of config.publicUrl and is there already" .host) }}{{ end }}
{{- $hosts = append $hosts (dict "host" .host "path" (default "/" .path)) }}
{{- end }}
{{- toYaml $hosts }}
{{- end }}

{{- define "gatehouse.preStopSeconds" -}}
{{- $delay := int .Values.shutdown.delaySeconds }}
{{- if kindIs "invalid" .Values.shutdown.preStopSeconds }}{{ $delay }}{{ else }}
{{- $sleep := int .Values.shutdown.preStopSeconds }}
{{- if and (gt $sleep 0) (lt $sleep $delay) }}{{ fail (printf "shutdown.preStopSeconds (%d) must be 0 or not less than shutdown.delaySeconds (%d)" $sleep $delay) }}{{ end }}
{{- $sleep }}
{{- end }}
{{- end }}

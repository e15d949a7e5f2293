{{/* Egress to the resolver and PostgreSQL, which every pod needs. */}}
{{- define "gatehouse.databaseEgress" -}}
- ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
  to:
    {{- with .Values.networkPolicy.egress.dns.to }}
    {{- toYaml . | nindent 4 }}
    {{- else }}
    - namespaceSelector: {}
      podSelector:
        matchLabels:
          k8s-app: kube-dns
    {{- end }}
- ports:
    - port: {{ .Values.networkPolicy.egress.postgresql.port }}
      protocol: TCP
  {{- with .Values.networkPolicy.egress.postgresql.to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Peers: `dict "namespaces" (list …) "from" (list …)`. */}}
{{- define "gatehouse.peers" -}}
{{- if .namespaces }}
- namespaceSelector:
    matchExpressions:
      - key: kubernetes.io/metadata.name
        operator: In
        values:
          {{- toYaml .namespaces | nindent 10 }}
{{- end }}
{{- with .from }}
{{ toYaml . }}
{{- end }}
{{- end }}

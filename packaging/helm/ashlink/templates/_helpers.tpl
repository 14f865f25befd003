{{- define "ashlink.selector" -}}
app.kubernetes.io/name: ashlink
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "ashlink.metadata" -}}
name: {{ .Release.Name }}
labels:
  {{- include "ashlink.selector" . | nindent 2 }}
  app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .Release.Service }}
  helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* `memory`, `file` or `redis`. What is in a file is a URL with a password. */}}
{{- define "ashlink.store" -}}
{{- with .Values.settings }}
{{- if .ASHLINK_STORE_FILE }}redis{{ else }}{{ regexFind "^(file|redis)" (.ASHLINK_STORE | default "") | default "memory" }}{{ end }}
{{- end }}
{{- end }}

{{- define "ashlink.metricsPort" -}}
{{- with .Values.settings.ASHLINK_METRICS_LISTEN }}{{ splitList ":" . | last }}{{ end }}
{{- end }}

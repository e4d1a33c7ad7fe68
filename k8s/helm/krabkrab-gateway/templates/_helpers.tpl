{{- define "krabkrab.name" -}}
{{- if .Values.fullnameOverride }}{{ .Values.fullnameOverride }}
{{- else if contains "krabkrab-gateway" .Release.Name }}{{ .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}{{ printf "%s-krabkrab-gateway" .Release.Name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "krabkrab.selector" -}}
app.kubernetes.io/name: krabkrab-gateway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "krabkrab.labels" -}}
{{ include "krabkrab.selector" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "krabkrab.image" -}}
{{- if .Values.image.digest }}{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else }}{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{- define "krabkrab.config" -}}
{{- .Values.config | default (.Files.Get "files/gateway.json5") }}
{{- end }}

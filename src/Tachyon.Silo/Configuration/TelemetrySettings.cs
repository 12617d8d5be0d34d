namespace Tachyon.Silo.Configuration;

/// <summary>How metrics and traces leave over OTLP.</summary>
internal enum OtlpTransport
{
    /// <summary>HTTP with protobuf, usually port 4318.</summary>
    Http = 0,

    /// <summary>gRPC, usually port 4317.</summary>
    Grpc = 1,
}

/// <summary>Where metrics and traces go.</summary>
/// <param name="Endpoint">Telemetry:OtlpEndpoint, of a collector; null, the default, for none.</param>
/// <param name="Transport">Telemetry:OtlpTransport, http or grpc. Default http.</param>
/// <param name="HeadersFile">Telemetry:OtlpHeadersFile, whose first line is sent as headers (key=value,key=value): a file, because they hold a token. Default none.</param>
/// <param name="MetricsPeriod">Telemetry:MetricsPeriod. 1 s to 10 min; default 30 s.</param>
/// <param name="TraceShare">Telemetry:TraceShare, the share of requests that are traced. 0 to 1; default 0.01.</param>
internal sealed record TelemetrySettings(Uri? Endpoint, OtlpTransport Transport, string? HeadersFile, TimeSpan MetricsPeriod, double TraceShare)
{
    public static TelemetrySettings Read(SettingReader reader) => new(
        ReadEndpoint(reader),
        reader.Choice("Telemetry:OtlpTransport", OtlpTransport.Http, "how to speak to it"),
        reader.Optional("Telemetry:OtlpHeadersFile", "a file whose first line is sent to it as headers, key=value,key=value"),
        reader.Duration("Telemetry:MetricsPeriod", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10), "how often metrics are sent"),
        reader.Fraction("Telemetry:TraceShare", 0.01, 0, 1, "the share of requests that are traced"));

    private static Uri? ReadEndpoint(SettingReader reader)
    {
        const string Setting = "Telemetry:OtlpEndpoint";
        if (reader.Optional(Setting, "an OpenTelemetry collector to which metrics and traces are sent, such as http://127.0.0.1:4318", "not set, nothing is sent") is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            return url;
        }

        reader.Fault(Setting, text, "must be an http or https address");
        return null;
    }
}

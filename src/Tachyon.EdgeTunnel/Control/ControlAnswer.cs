using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Tachyon.EdgeTunnel.Control;

/// <summary>An answer of the control socket: a status, and a document unless there is nothing to say.</summary>
internal sealed class ControlAnswer
{
    private readonly byte[] _content;

    private ControlAnswer(int status, byte[] content) => (Status, _content) = (status, content);

    /// <summary>The status code.</summary>
    public int Status { get; }

    /// <summary>A status that says it all.</summary>
    public static ControlAnswer Of(int status) => new(status, []);

    /// <summary>A document.</summary>
    public static ControlAnswer Of<T>(int status, T document, JsonTypeInfo<T> shape) => new(status, JsonSerializer.SerializeToUtf8Bytes(document, shape));

    /// <summary>A refusal: a fixed word for programs, and a sentence for people.</summary>
    public static ControlAnswer Refused(int status, string code, string message) =>
        Of(status, new ControlErrorDocument { Code = code, Message = message }, ControlJson.Default.ControlErrorDocument);

    /// <summary>The answer as it is sent. It is the last on its connection.</summary>
    public byte[] Encode()
    {
        var type = _content.Length > 0 ? "Content-Type: application/json; charset=utf-8\r\n" : "";
        return
        [
            .. Encoding.ASCII.GetBytes(string.Create(
                CultureInfo.InvariantCulture,
                $"HTTP/1.1 {Status} {Reason}\r\n{type}Content-Length: {_content.Length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n")),
            .. _content,
        ];
    }

    private string Reason => Status switch
    {
        200 => "OK",
        202 => "Accepted",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        413 => "Content Too Large",
        503 => "Service Unavailable",
        _ => "Internal Server Error",
    };
}

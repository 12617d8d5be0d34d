using System.Text.Json.Serialization;
using Tachyon.Protocol.EvidenceFiles;

namespace Tachyon.EdgeTunnel.Verification;

/// <summary>How records are read and written, and verdicts printed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ChannelExport))]
[JsonSerializable(typeof(VerdictDocument))]
internal sealed partial class VerificationJson : JsonSerializerContext;

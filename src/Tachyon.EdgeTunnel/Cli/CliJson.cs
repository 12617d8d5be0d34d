using System.Text.Json.Serialization;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary>What --json prints, on standard error, when a command fails.</summary>
internal sealed record CommandErrorDocument
{
    /// <summary>The name of the <see cref="Cli.ExitCode"/>.</summary>
    public required string Error { get; init; }

    public required int ExitCode { get; init; }

    public required string Message { get; init; }
}

/// <summary>What keys new, import and show print with --json.</summary>
internal sealed record KeyDocument
{
    public required string Address { get; init; }

    public required string Keystore { get; init; }
}

/// <summary>What channels export prints with --json where it writes a file.</summary>
internal sealed record ExportedDocument
{
    public required string File { get; init; }

    public required string ChannelId { get; init; }
}

/// <summary>What completion prints with --json.</summary>
internal sealed record CompletionDocument
{
    public required string Shell { get; init; }

    public required string Script { get; init; }
}

/// <summary>What config check prints with --json.</summary>
internal sealed record ConfigCheckDocument
{
    public required bool Valid { get; init; }

    public required IReadOnlyList<ConfigFaultDocument> Faults { get; init; }
}

/// <summary>One fault of <see cref="ConfigCheckDocument"/>.</summary>
internal sealed record ConfigFaultDocument
{
    public required string Setting { get; init; }

    public string? Value { get; init; }

    public string? Source { get; init; }

    public required string Reason { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(KeyDocument))]
[JsonSerializable(typeof(ExportedDocument))]
[JsonSerializable(typeof(CompletionDocument))]
[JsonSerializable(typeof(ConfigCheckDocument))]
[JsonSerializable(typeof(UsageDocument))]
internal sealed partial class CliJson : JsonSerializerContext;

/// <summary>On one line, as the node's log with --json is: standard error stays readable line by line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CommandErrorDocument))]
internal sealed partial class CliErrorJson : JsonSerializerContext;

using Microsoft.Extensions.Logging;
using Tachyon.Chain;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Reputation;

namespace Tachyon.EdgeTunnel.Config;

/// <summary>What a node of either role is told.</summary>
internal sealed record NodeOptions
{
    public required DataDirectory Data { get; init; }

    /// <summary>Where the key's V3 keystore lies.</summary>
    public required string KeystorePath { get; init; }

    /// <summary>The file whose first line is the password; null to ask on the terminal.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The operator's gateways, the best first, ws or wss, without the path of their WebSocket.</summary>
    public required IReadOnlyList<Uri> Gateways { get; init; }

    /// <summary>The gateways of a consumer's proxy, where they are others; empty where they are the same.</summary>
    public IReadOnlyList<Uri> ProxyGateways { get; init; } = [];

    /// <summary>The node's own RPC endpoint.</summary>
    public required Uri Rpc { get; init; }

    public required string DeploymentPath { get; init; }

    public Finality Finality { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>What others' statements count for, and whether this node makes its own.</summary>
    public ReputationOptions Reputation { get; init; } = new();

    /// <summary>Reads the settings of either role; faults stay with the reader.</summary>
    public static NodeOptions Read(SettingReader reader, DataDirectory data) => new()
    {
        Data = data,
        KeystorePath = reader.Optional<string>(Settings.Keystore, data.KeystorePath, SettingParsers.Text),
        PasswordFile = reader.Optional<string>(Settings.PasswordFile, null!, SettingParsers.ExistingFile),
        Gateways = reader.AtLeastOne<Uri>(Settings.Gateway, SettingParsers.WebSocketUrl),
        Rpc = reader.Required<Uri>(Settings.Rpc, SettingParsers.HttpUrl),
        DeploymentPath = reader.Required<string>(Settings.Deployment, SettingParsers.ExistingFile),
        Finality = reader.Optional(Settings.Finality, Finality.Automatic, SettingParsers.FinalityOf),
        LogLevel = reader.Optional(Settings.LogLevel, LogLevel.Information, SettingParsers.Level),
        Reputation = ReputationOptions.Read(reader),
    };
}

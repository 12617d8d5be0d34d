using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel;

/// <summary>What a consumer inside a program is told. The same as <c>tachyon-edge connect</c> takes; docs/edge.md says more of each.</summary>
public sealed record ConsumerClientOptions
{
    /// <summary>
    /// Where the node keeps its key, <c>keystore.json</c>, and its journal; one process at a time. <c>tachyon-edge keys new</c> makes
    /// the key, whose account pays: tokens for deposits, and the chain's own coin for its transactions.
    /// </summary>
    public required string DataDirectory { get; init; }

    /// <summary>The keystore's password.</summary>
    public required string Password { get; init; }

    /// <summary>Gateways of an operator, the best first: ws, wss, http or https, without the path of their WebSocket.</summary>
    public required IReadOnlyList<Uri> Gateways { get; init; }

    /// <summary>The RPC endpoint whose chain this node believes; its own, not the operator's.</summary>
    public required Uri Rpc { get; init; }

    /// <summary>The deployment file: chain and addresses of the contracts.</summary>
    public required string DeploymentFile { get; init; }

    /// <summary>The highest price per MB, 1,000,000 bytes, to open a channel at.</summary>
    public required TokenAmount MaxPricePerMB { get; init; }

    /// <summary>The capacity of channels to open, in bytes, whole KB. Its price is what is deposited. 1 GB unless set.</summary>
    public ulong CapacityBytes { get; init; } = 1_000_000_000;

    /// <summary>The packet loss that a channel to open tolerates, in parts per million. 1,000 unless set.</summary>
    public uint TolerancePpm { get; init; } = 1_000;

    /// <summary>The one provider to use; the nearest match unless set.</summary>
    public Address? Provider { get; init; }

    /// <summary>Where the local proxy listens, SOCKS5 and HTTP on one port; a free port of loopback unless set.</summary>
    public IPEndPoint Proxy { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>How long it may take until a first channel is active on chain. 15 minutes unless set.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Where the node logs; nowhere unless set.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;

    /// <exception cref="ArgumentException">With all faults, each with setting and value.</exception>
    internal ConnectOptions ToConnectOptions()
    {
        var gateways = new List<Uri>();
        List<string> faults = [.. Faults()];
        foreach (var gateway in Gateways)
        {
            if (SettingParsers.WebSocketUrl(gateway.OriginalString, out var url, out var reason))
            {
                gateways.Add(url);
            }
            else
            {
                faults.Add($"{nameof(Gateways)} has {gateway}: it {reason}");
            }
        }

        if (faults.Count > 0)
        {
            throw new ArgumentException(string.Join("; ", faults));
        }

        var data = new DataDirectory(DataDirectory);
        return new ConnectOptions
        {
            Node = new NodeOptions
            {
                Data = data,
                KeystorePath = data.KeystorePath,
                Gateways = gateways,
                Rpc = Rpc,
                DeploymentPath = DeploymentFile,
            },
            Socks = Proxy,
            CapacityBytes = CapacityBytes,
            MaxPricePerMB = MaxPricePerMB,
            TolerancePpm = TolerancePpm,
            Provider = Provider,
            OpenTimeout = OpenTimeout,

            // Starting a client is to ask for a channel.
            OpensBesideClosing = true,
        };
    }

    private IEnumerable<string> Faults()
    {
        if (string.IsNullOrWhiteSpace(DataDirectory))
        {
            yield return $"{nameof(DataDirectory)} is empty: name the directory with the node's key";
        }

        if (Gateways.Count == 0)
        {
            yield return $"{nameof(Gateways)} is empty: name at least one";
        }

        if (!SettingParsers.HttpUrl(Rpc.OriginalString, out _, out var rule))
        {
            yield return $"{nameof(Rpc)} is {Rpc}: it {rule}";
        }

        if (CapacityBytes == 0 || !ByteCounts.IsWholeKB(CapacityBytes) || CapacityBytes / ProtocolConstants.BytesPerKB > ProtocolConstants.MaxCapacityKB)
        {
            yield return $"{nameof(CapacityBytes)} is {CapacityBytes}: it must be whole KB, 1,000 bytes to {ProtocolConstants.MaxCapacityKB} KB";
        }

        if (MaxPricePerMB > TokenAmount.MaxPrice)
        {
            yield return $"{nameof(MaxPricePerMB)} is {MaxPricePerMB}: it must be at most {TokenAmount.MaxPrice}";
        }

        if (TolerancePpm > 1_000_000)
        {
            yield return $"{nameof(TolerancePpm)} is {TolerancePpm}: it must be at most 1,000,000";
        }

        if (OpenTimeout <= TimeSpan.Zero)
        {
            yield return $"{nameof(OpenTimeout)} is {OpenTimeout}: it must be above zero";
        }
    }
}

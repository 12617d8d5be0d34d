using System.Net;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.Protocol.Amounts;

namespace Tachyon.EdgeTunnel.Config;

/// <summary>What a provider is told.</summary>
internal sealed record ProvideOptions
{
    public required NodeOptions Node { get; init; }

    /// <summary>Where consumers connect to; port 0 lets the system choose.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>What consumers are told, HOST:PORT; null to tell them <see cref="Listen"/> as it was bound.</summary>
    public string? Advertise { get; init; }

    public required TokenAmount PricePerMB { get; init; }

    /// <summary>The highest tolerance that a channel may ask for.</summary>
    public required uint ToleranceLimitPpm { get; init; }

    /// <summary>The most bytes to serve on one channel; 0 for no cap.</summary>
    public ulong ChannelCapBytes { get; init; }

    /// <summary>The most bytes to serve in a calendar month (UTC) over all channels; 0 for no cap.</summary>
    public ulong MonthlyCapBytes { get; init; }

    /// <summary>Whether new channels are taken; the node drains where not.</summary>
    public bool NewChannels { get; init; } = true;

    /// <summary>Exceptions from the default egress policy.</summary>
    public required IReadOnlyList<AddressRange> EgressAllow { get; init; }

    /// <summary>How long sessions may go on when the node stops.</summary>
    public required TimeSpan DrainTime { get; init; }

    /// <summary>Reads the settings of <c>provide</c>.</summary>
    /// <exception cref="ConfigException">With all faults.</exception>
    public static ProvideOptions Read(SettingReader reader, Node.DataDirectory data)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var options = new ProvideOptions
        {
            Node = NodeOptions.Read(reader, data),
            Listen = reader.Optional(Settings.Listen, new IPEndPoint(IPAddress.Any, 9440), SettingParsers.IpEndPoint),
            Advertise = reader.Optional<string>(Settings.Advertise, null!, SettingParsers.HostPort),
            PricePerMB = reader.Required<TokenAmount>(Settings.Price, SettingParsers.Price),
            ToleranceLimitPpm = reader.Optional(Settings.ToleranceLimit, 10_000u, SettingParsers.PartsPerMillion),
            ChannelCapBytes = reader.Optional(Settings.ChannelCap, 0ul, SettingParsers.CapacityMB),
            MonthlyCapBytes = reader.Optional(Settings.MonthlyCap, 0ul, SettingParsers.CapacityMB),
            NewChannels = reader.Optional(Settings.NewChannels, true, SettingParsers.YesOrNo),
            EgressAllow = reader.Many<AddressRange>(Settings.EgressAllow, SettingParsers.EgressRange),
            DrainTime = reader.Optional(Settings.DrainSeconds, TimeSpan.FromSeconds(10), SettingParsers.Seconds(0, 3_600)),
        };
        if (options.Advertise is null && (options.Listen.Address.Equals(IPAddress.Any) || options.Listen.Address.Equals(IPAddress.IPv6Any)))
        {
            reader.Fault(Settings.Advertise, $"is required where the node listens on every address ({options.Listen}): consumers must be told one");
        }

        reader.ThrowIfFaulty();
        return options;
    }
}

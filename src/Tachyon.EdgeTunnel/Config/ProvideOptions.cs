using System.Net;
using Tachyon.EdgeTunnel.Exit;
using Tachyon.EdgeTunnel.Routes;
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

    /// <summary>Which ports streams and datagrams may reach.</summary>
    public PortRule Ports { get; init; } = PortRule.Default;

    /// <summary>Whether UDP is carried.</summary>
    public bool CarriesUdp { get; init; } = true;

    /// <summary>What one session may cost the exit.</summary>
    public ExitLimits Limits { get; init; } = new();

    /// <summary>Most streams of a session at once.</summary>
    public int MaxStreams { get; init; } = 1_024;

    /// <summary>After how long without a stream a session ends; null for never.</summary>
    public TimeSpan? IdleSession { get; init; }

    /// <summary>After how long any session ends; null for never.</summary>
    public TimeSpan? SessionLimit { get; init; }

    /// <summary>How long sessions may go on when the node stops.</summary>
    public required TimeSpan DrainTime { get; init; }

    /// <summary>The device of TUN mode; null without it.</summary>
    public string? Tun { get; init; }

    /// <summary>The device's IPv4 network.</summary>
    public IPNetwork TunNetwork { get; init; } = IPNetwork.Parse("10.73.0.0/24");

    /// <summary>The device's IPv6 network.</summary>
    public IPNetwork TunNetworkV6 { get; init; } = IPNetwork.Parse("fd74:6163:6879::/64");

    /// <summary>The largest packet in TUN mode.</summary>
    public int TunMtuBytes { get; init; } = 1420;

    /// <summary>Whose routes are taken.</summary>
    public RouteAcceptance AcceptRoutes { get; init; } = RouteAcceptance.None;

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
            Ports = PortRule.Of(
                [.. reader.Many<IReadOnlyList<PortRange>>(Settings.AllowPorts, SettingParsers.PortList).SelectMany(ranges => ranges)],
                reader.Given(Settings.RefusePorts)
                    ? [.. reader.Many<IReadOnlyList<PortRange>>(Settings.RefusePorts, SettingParsers.PortList).SelectMany(ranges => ranges)]
                    : null),
            CarriesUdp = reader.Optional(Settings.Udp, true, SettingParsers.YesOrNo),
            Limits = new ExitLimits
            {
                RateBytesPerSecond = reader.Optional(Settings.Rate, 0L, SettingParsers.BytesPerSecond),
                IdleStream = reader.Optional(Settings.IdleStreamSeconds, new ExitLimits().IdleStream, SettingParsers.Seconds(0, 604_800)),
            },
            MaxStreams = reader.Optional(Settings.MaxStreams, 1_024, SettingParsers.Count(1, 100_000)),
            IdleSession = LimitOf(reader.Optional(Settings.IdleSessionSeconds, TimeSpan.Zero, SettingParsers.Seconds(0, 604_800))),
            SessionLimit = LimitOf(reader.Optional(Settings.SessionLimitSeconds, TimeSpan.Zero, SettingParsers.Seconds(0, 2_592_000))),
            DrainTime = reader.Optional(Settings.DrainSeconds, TimeSpan.FromSeconds(10), SettingParsers.Seconds(0, 3_600)),
            Tun = reader.Optional<string>(Settings.ProvideTun, null!, SettingParsers.DeviceName),
            TunNetwork = reader.Optional(Settings.TunNetwork, IPNetwork.Parse("10.73.0.0/24"), SettingParsers.TunNetwork),
            TunNetworkV6 = reader.Optional(Settings.TunNetworkV6, IPNetwork.Parse("fd74:6163:6879::/64"), SettingParsers.TunNetworkV6),
            AcceptRoutes = AcceptanceOf(reader.Many<RouteAcceptance>(Settings.AcceptRoutes, SettingParsers.ProxiesOrAny)),
            TunMtuBytes = reader.Optional(Settings.TunMtu, 1420, SettingParsers.Mtu),
        };
        if (options.Advertise is null && (options.Listen.Address.Equals(IPAddress.Any) || options.Listen.Address.Equals(IPAddress.IPv6Any)))
        {
            reader.Fault(Settings.Advertise, $"is required where the node listens on every address ({options.Listen}): consumers must be told one");
        }

        reader.ThrowIfFaulty();
        return options;
    }

    private static RouteAcceptance AcceptanceOf(IReadOnlyList<RouteAcceptance> given) => given.Count == 0
        ? RouteAcceptance.None
        : new(given.Any(one => one.AnyRegistered), given.SelectMany(one => one.Proxies).ToHashSet());

    private static TimeSpan? LimitOf(TimeSpan given) => given == TimeSpan.Zero ? null : given;
}

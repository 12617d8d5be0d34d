using System.Net;
using Tachyon.EdgeTunnel.Proxy;
using Tachyon.EdgeTunnel.Routes;
using Tachyon.Protocol;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Amounts;

namespace Tachyon.EdgeTunnel.Config;

/// <summary>What a consumer is told.</summary>
internal sealed record ConnectOptions
{
    public required NodeOptions Node { get; init; }

    /// <summary>Where the local proxy listens.</summary>
    public required IPEndPoint Socks { get; init; }

    /// <summary>What clients of the local proxy must present; null to let every one in that reaches it.</summary>
    public ProxyCredentials? ProxyCredentials { get; init; }

    /// <summary>Capacity of a channel to open, in bytes, whole KB.</summary>
    public required ulong CapacityBytes { get; init; }

    /// <summary>The highest price per MB to accept.</summary>
    public required TokenAmount MaxPricePerMB { get; init; }

    /// <summary>The tolerance that a channel to open carries.</summary>
    public required uint TolerancePpm { get; init; }

    /// <summary>The one provider to use; null for the nearest match.</summary>
    public Address? Provider { get; init; }

    /// <summary>How long the first channel may take from the start to being active on chain.</summary>
    public required TimeSpan OpenTimeout { get; init; }

    /// <summary>
    /// Whether a start opens a channel at once although one from before is being closed. Otherwise the next client does: its deposit
    /// is still locked, and nobody asked for another yet.
    /// </summary>
    public bool OpensBesideClosing { get; init; }

    /// <summary>What may be signed for; none by default.</summary>
    public IReadOnlyList<Budget> Budgets { get; init; } = [];

    /// <summary>After how long without its provider another is matched. Zero: never. Never where <see cref="Provider"/> is set.</summary>
    public TimeSpan FailOverAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After how long a channel whose provider was lost is closed alone. Zero: never; its owner decides.</summary>
    public TimeSpan CloseLostAfter { get; init; }

    /// <summary>The device of TUN mode; null without it.</summary>
    public string? Tun { get; init; }

    /// <summary>Whether TUN mode leads everything into the device.</summary>
    public bool TunRoutes { get; init; } = true;

    /// <summary>The route to go by; null for a provider at which traffic leaves.</summary>
    public RouteOptions? Route { get; init; }

    /// <summary>Reads the settings of <c>connect</c>.</summary>
    /// <exception cref="ConfigException">With all faults.</exception>
    public static ConnectOptions Read(SettingReader reader, Node.DataDirectory data)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var options = new ConnectOptions
        {
            Node = NodeOptions.Read(reader, data) with { ProxyGateways = reader.Many<Uri>(Settings.ProxyGateway, SettingParsers.WebSocketUrl) },
            Socks = reader.Optional(Settings.Socks, new IPEndPoint(IPAddress.Loopback, 1080), SettingParsers.IpEndPoint),
            ProxyCredentials = reader.Optional<ProxyCredentials?>(Settings.ProxyPasswordFile, null, SettingParsers.ProxyCredentials),
            CapacityBytes = reader.Optional(Settings.CapacityMB, 1_000_000_000UL, SettingParsers.CapacityMB),
            MaxPricePerMB = reader.Required<TokenAmount>(Settings.MaxPrice, SettingParsers.Price),
            TolerancePpm = reader.Optional(Settings.Tolerance, 1_000u, SettingParsers.PartsPerMillion),
            Provider = reader.Optional<Address?>(reader.Given(Settings.Via) ? Settings.Via : Settings.Provider, null, SettingParsers.AddressOrAuto),
            Route = RouteOf(reader),
            OpenTimeout = reader.Optional(Settings.OpenTimeoutSeconds, TimeSpan.FromMinutes(15), SettingParsers.Seconds(1, 86_400)),
            Budgets =
            [
                .. reader.Many(Settings.BudgetSession, Budget.ParserFor(BudgetPeriod.Session)),
                .. reader.Many(Settings.BudgetDay, Budget.ParserFor(BudgetPeriod.Day)),
                .. reader.Many(Settings.BudgetMonth, Budget.ParserFor(BudgetPeriod.Month)),
            ],
            FailOverAfter = reader.Optional(Settings.FailOverSeconds, TimeSpan.FromSeconds(60), SettingParsers.Seconds(0, 86_400)),
            CloseLostAfter = reader.Optional(Settings.CloseLostSeconds, TimeSpan.Zero, SettingParsers.Seconds(0, 2_592_000)),
            Tun = reader.Optional<string>(Settings.ConnectTun, null!, SettingParsers.DeviceName),
            TunRoutes = reader.Optional(Settings.TunRoutes, true, SettingParsers.AllOrNone),
        };
        CheckRoute(reader, options);
        reader.ThrowIfFaulty();
        return options;
    }

    private static RouteOptions? RouteOf(SettingReader reader) => reader.Given(Settings.Proxy)
        ? new RouteOptions(
            reader.Required<Address>(Settings.Proxy, SettingParsers.AddressOf),
            reader.Optional<Address?>(Settings.RouteExit, null, SettingParsers.AddressOrAuto))
        {
            MaxStepBytes = reader.Optional(Settings.MaxRouteStep, ProtocolConstants.DefaultRouteStepBytes, SettingParsers.CapacityMB),
        }
        : null;

    private static void CheckRoute(SettingReader reader, ConnectOptions options)
    {
        if (options.Route is not { } route)
        {
            foreach (var setting in new[] { Settings.Via, Settings.RouteExit, Settings.ProxyGateway, Settings.MaxRouteStep }.Where(reader.Given))
            {
                reader.Fault(setting, $"is part of a route: give the proxy that pays for it with {Settings.Proxy.Option}, or use {Settings.Provider.Option}");
            }

            return;
        }

        if (reader.Given(Settings.Via) && reader.Given(Settings.Provider))
        {
            reader.Fault(Settings.Via, $"says the same as {Settings.Provider.Option}: leave one out");
        }

        if (route.Exit is not null && route.Exit == options.Provider)
        {
            reader.Fault(Settings.RouteExit, "is the relay as well, which would then know everything: choose two");
        }

        if (options.Tun is not null)
        {
            reader.Fault(Settings.ConnectTun, "carries packets to the provider itself: leave it out on a route");
        }
    }
}

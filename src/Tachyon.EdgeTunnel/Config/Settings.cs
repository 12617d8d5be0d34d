namespace Tachyon.EdgeTunnel.Config;

/// <summary>Every setting of the node: the one list that the command line, the configuration file and the checks share.</summary>
internal static class Settings
{
    public static readonly Setting Gateway = new("gateway", "--gateway", "URL",
        "the gateway of a silo, ws:// or wss:// (http and https are read as these); several of one operator are tried in turn (required; watch does without)", Many: true);

    public static readonly Setting Rpc = new("rpc", "--rpc", "URL",
        "this node's own RPC endpoint of the chain, http:// or https://; the node believes no one else about money (required)");

    public static readonly Setting Deployment = new("deployment", "--deployment", "FILE",
        "the deployment file: chain id and contract addresses, JSON (required)");

    public static readonly Setting Keystore = new("keystore", "--keystore", "FILE",
        "the key's V3 keystore (default: keystore.json in the data directory)");

    public static readonly Setting PasswordFile = new("passwordFile", "--password-file", "FILE",
        "a file whose first line is the keystore's password (default: ask)");

    public static readonly Setting Finality = new("finality", "--finality", "auto|finalized|latest",
        "when an event on chain counts: once finalised, or at once; auto is latest on a development chain only (default: auto)");

    public static readonly Setting LogLevel = new("logLevel", "--log-level", "LEVEL",
        "trace, debug, information, warning or error, to standard error (default: information)");

    public static readonly Setting Listen = new("provide.listen", "--listen", "IP:PORT",
        "where consumers connect to (default: 0.0.0.0:9440)");

    public static readonly Setting Advertise = new("provide.advertise", "--advertise", "HOST:PORT",
        "the endpoint that consumers are told (default: the listening endpoint, where it names an address)");

    public static readonly Setting Price = new("provide.pricePerMB", "--price", "IPX",
        "the price of 1 MB (1,000,000 bytes) in IPX, e.g. 0.0005; above zero, at most 18 decimals (required)");

    public static readonly Setting ToleranceLimit = new("provide.toleranceLimitPpm", "--tolerance-limit", "PPM",
        "the highest packet loss to accept in a channel's terms, in parts per million, 0 to 1000000 (default: 10000)");

    public static readonly Setting EgressAllow = new("provide.egressAllow", "--egress-allow", "IP[/BITS][:PORT]",
        "addresses that streams may reach although the default egress policy refuses them (private, loopback, …)", Many: true);

    public static readonly Setting AllowPorts = new("provide.allowPorts", "--allow-ports", "PORT[-PORT][,…]",
        "the only ports that streams and datagrams may reach, e.g. 80,443,8000-8999 (default: all that are not refused)", Many: true);

    public static readonly Setting RefusePorts = new("provide.refusePorts", "--refuse-ports", "PORT[-PORT][,…]",
        "ports that nothing may reach; none refuses none (default: 25, since an open way for mail ruins an address within a day)", Many: true);

    public static readonly Setting Udp = new("provide.udp", "--udp", "yes|no",
        "whether UDP is carried (default: yes)");

    public static readonly Setting Rate = new("provide.rateMBps", "--rate", "MB/S",
        "the most that one channel moves a second, both directions together, in MB (1,000,000 bytes), from 0.001 (default: no limit)");

    public static readonly Setting MaxStreams = new("provide.maxStreams", "--max-streams", "N",
        "the most streams of one session at once, 1 to 100000 (default: 1024)");

    public static readonly Setting IdleStreamSeconds = new("provide.idleStreamSeconds", "--idle-stream", "SECONDS",
        "after how long without a byte a stream is closed, 0 for never, up to 604800 (default: 7440)");

    public static readonly Setting IdleSessionSeconds = new("provide.idleSessionSeconds", "--idle-session", "SECONDS",
        "after how long without a stream a session ends in order; the channel stays open; 0 for never, up to 604800 (default: 0)");

    public static readonly Setting SessionLimitSeconds = new("provide.sessionLimitSeconds", "--session-limit", "SECONDS",
        "after how long any session ends in order, so that its consumer begins another; 0 for never, up to 2592000 (default: 0)");

    public static readonly Setting DrainSeconds = new("provide.drainSeconds", "--drain", "SECONDS",
        "how long to let sessions end by themselves when stopping, 0 to 3600 (default: 10)");

    public static readonly Setting ChannelCap = new("provide.channelCapMB", "--channel-cap", "MB",
        "the most to serve on one channel: larger ones are declined, and one that was topped up beyond it ends there (default: none)");

    public static readonly Setting MonthlyCap = new("provide.monthlyCapMB", "--monthly-cap", "MB",
        "the most to serve in a calendar month (UTC) over all channels: channels that do not fit are declined, and at the cap sessions end while channels stay open for the next month (default: none)");

    public static readonly Setting NewChannels = new("provide.newChannels", "--new-channels", "yes|no",
        "no drains: the node serves the channels that it has, is not matched and takes no new ones (default: yes)");

    public static readonly Setting AcceptRoutes = new("provide.acceptRoutes", "--accept-routes", "any|ADDRESS[,ADDRESS]",
        "serve as the exit of routes, paid by these proxies, or by any that the chain shows registered; the proxy runs the gateway of --gateway (default: no routes)", Many: true);

    public static readonly Setting Socks = new("connect.socks", "--socks", "IP:PORT",
        "where the local proxy listens, SOCKS5 (TCP and UDP) and HTTP on one port; keep it on loopback (default: 127.0.0.1:1080)");

    public static readonly Setting ProxyPasswordFile = new("connect.proxyPasswordFile", "--proxy-password-file", "FILE",
        "a file whose first line, USER:PASSWORD, clients of the local proxy must present, SOCKS5 and HTTP alike (default: every local client is let in)");

    public static readonly Setting CapacityMB = new("connect.capacityMB", "--capacity", "MB",
        "the capacity of a channel to open, in MB, at least 0.001 (default: 1000)");

    public static readonly Setting MaxPrice = new("connect.maxPricePerMB", "--max-price", "IPX",
        "the highest price per MB to accept, in IPX (required)");

    public static readonly Setting Tolerance = new("connect.tolerancePpm", "--tolerance", "PPM",
        "the packet loss that a channel to open puts into its terms, in parts per million, 0 to 1000000 (default: 1000)");

    public static readonly Setting Provider = new("connect.provider", "--provider", "ADDRESS|auto",
        "the provider to use; auto takes the nearest match of the gateway's, checked here (default: auto)");

    public static readonly Setting Via = new("connect.via", "--via", "ADDRESS|auto",
        "on a route: the provider that relays, which sees neither content nor payment; the same as --provider (default: auto)");

    public static readonly Setting RouteExit = new("connect.exit", "--exit", "ADDRESS|auto",
        "on a route: the provider where traffic leaves, which does not learn who this node is; auto takes the closest that the proxy has (default: auto)");

    public static readonly Setting Proxy = new("connect.proxy", "--proxy", "ADDRESS",
        "go by a route: the proxy that pays the exit for this node, and runs the gateway that is asked for it (default: no route)");

    public static readonly Setting ProxyGateway = new("connect.proxyGateway", "--proxy-gateway", "URL",
        "on a route: the proxy's gateway, where it is not the one of --gateway", Many: true);

    public static readonly Setting MaxRouteStep = new("connect.maxRouteStepMB", "--max-route-step", "MB",
        "on a route: the largest step of the proxy's to accept, up to which a lock is paid at its end, used or not (default: 10)");

    public static readonly Setting OpenTimeoutSeconds = new("connect.openTimeoutSeconds", "--open-timeout", "SECONDS",
        "how long the first channel may take from the start to being active on chain, 1 to 86400 (default: 900)");

    public static readonly Setting BudgetSession = new("connect.budget.session", "--budget-session", "AMOUNT",
        "the most to sign for from this start to the end of the node, in bytes (5GB) or tokens (2.5IPX), or both (twice); then it ends", Many: true);

    public static readonly Setting BudgetDay = new("connect.budget.day", "--budget-day", "AMOUNT",
        "the most to sign for on one day (UTC), also over restarts; then the node waits for the next day", Many: true);

    public static readonly Setting BudgetMonth = new("connect.budget.month", "--budget-month", "AMOUNT",
        "the most to sign for in one calendar month (UTC), also over restarts; then the node waits for the next month", Many: true);

    public static readonly Setting FailOverSeconds = new("connect.failOverSeconds", "--fail-over", "SECONDS",
        "after how long without its provider the node goes on with the next match and another channel, 0 for never, up to 86400 (default: 60)");

    public static readonly Setting CloseLostSeconds = new("connect.closeLostSeconds", "--close-lost", "SECONDS",
        "after how long a channel whose provider was lost is closed alone, 0 to keep it until its owner decides, up to 2592000 (default: 0)");

    public static readonly Setting ConnectTun = new("connect.tun", "--tun", "NAME",
        "TUN mode: make the network device NAME and lead this machine's traffic through the tunnel, whole packets, IPv4 and IPv6; nothing leaves beside it while it is down (default: SOCKS5 only)");

    public static readonly Setting TunRoutes = new("connect.tunRoutes", "--tun-routes", "all|none",
        "in TUN mode: all leads everything into the device but the networks that this machine is connected to; none leaves routes to you (default: all)");

    public static readonly Setting ProvideTun = new("provide.tunDevice", "--tun-device", "NAME",
        "TUN mode: make the network device NAME and carry whole packets for consumers that ask for it; forwarding from there is set up once by hand (default: streams only)");

    public static readonly Setting TunNetwork = new("provide.tunNetwork", "--tun-network", "IP/BITS",
        "in TUN mode: the private IPv4 network of the device, of at most 24 bits (default: 10.73.0.0/24)");

    public static readonly Setting TunNetworkV6 = new("provide.tunNetworkV6", "--tun-network-v6", "IP/BITS",
        "in TUN mode: the private IPv6 network of the device, of at most 112 bits (default: fd74:6163:6879::/64)");

    public static readonly Setting TunMtu = new("provide.tunMtu", "--tun-mtu", "BYTES",
        "in TUN mode: the largest packet, 1280 to 9000; consumers' devices follow it (default: 1420)");

    public static readonly Setting ReputationPolicy = new("reputation.policy", "--reputation", "ignore|evidence|weigh|trust[,…]",
        "whom to avoid for what others state: nobody; who provably contradicted itself; whose blacklisters burned enough or are trusted enough; whom a trusted node blacklists; several separated by commas (default: evidence)");

    public static readonly Setting ReputationTrust = new("reputation.trust", "--trust", "ADDRESS",
        "a node whose word counts under trust and weigh", Many: true);

    public static readonly Setting ReputationBurned = new("reputation.burnedIpx", "--reputation-burned", "IPX",
        "under weigh: how much the channels of all blacklisters must have burned, 0 for never (default: 1)");

    public static readonly Setting ReputationCounterparties = new("reputation.counterparties", "--reputation-counterparties", "COUNT",
        "under weigh: how many blacklisters must be trusted, or nodes that this one settled with in agreement, 1 to 1000 (default: 2)");

    public static readonly Setting PublishBlacklist = new("reputation.publish", "--publish-blacklist", "yes|no",
        "whether this node's blacklist is published, for nodes with which a channel has paid (default: yes)");

    public static IReadOnlyList<Setting> Node { get; } =
        [Gateway, Rpc, Deployment, Keystore, PasswordFile, Finality, LogLevel,
            ReputationPolicy, ReputationTrust, ReputationBurned, ReputationCounterparties, PublishBlacklist];

    public static IReadOnlyList<Setting> Provide { get; } =
        [
            Listen, Advertise, Price, ToleranceLimit, ChannelCap, MonthlyCap, NewChannels, EgressAllow, AllowPorts, RefusePorts, Udp, Rate, MaxStreams,
            IdleStreamSeconds, IdleSessionSeconds, SessionLimitSeconds, DrainSeconds,
            ProvideTun, TunNetwork, TunNetworkV6, TunMtu, AcceptRoutes,
        ];

    public static IReadOnlyList<Setting> Connect { get; } =
        [Socks, ProxyPasswordFile, CapacityMB, MaxPrice, Tolerance, Provider, OpenTimeoutSeconds, BudgetSession, BudgetDay, BudgetMonth, FailOverSeconds, CloseLostSeconds,
            ConnectTun, TunRoutes, Via, RouteExit, Proxy, ProxyGateway, MaxRouteStep];

    public static IReadOnlyList<Setting> All { get; } = [.. Node, .. Provide, .. Connect];

    /// <summary>Whether the configuration file has an object of this name.</summary>
    public static bool IsSection(string key) =>
        All.Any(setting => setting.Key.StartsWith(key + ".", StringComparison.Ordinal));
}

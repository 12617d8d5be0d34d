using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.Protocol.Identity;
using Tachyon.Testing;

namespace Tachyon.EdgeTunnel.Tests.Control;

/// <summary>A node that knows one channel and notes what it is asked for.</summary>
internal sealed class FakeControlledNode : IControlledNode
{
    public Exception? Fault { get; set; }

    public ChannelId Known { get; } = ChannelId.FromBytes(TestChannels.Key(42));

    public List<ChannelId> Closed { get; } = [];

    public List<(ChannelId ChannelId, CloseRoute Route)> Forced { get; } = [];

    public CloseRequestOutcome CloseOutcome { get; set; } = CloseRequestOutcome.Started;

    public string? CloseState { get; private set; }

    public bool StopRequested { get; private set; }

    public StatusDocument Status() => Fault is null ? Document() : throw Fault;

    private StatusDocument Document() => new()
    {
        Role = "provider",
        Address = TestChannels.Provider.Address.ToString(),
        State = "serving",
        StartedAtMs = 1,
        NowMs = 2,
        Gateway = new PeerServiceDocument { Url = "wss://silo.example", State = "connected" },
        Chain = new ChainDocument { Url = "http://127.0.0.1:1", ChainId = 1, State = "following", SinceMs = 1, FinalBlock = 9 },
        Totals = new TotalsDocument
        {
            OwnBytes = 1, PeerBytes = 1, AgreedBytes = 1, UnitsSigned = 7, UnitsVerified = 7, Checkpoints = 0, TokensAccrued = "0",
            TokensAccruedIpx = "0", MBPerSecond = 0, Sessions = 0, Streams = 0,
        },
        Channels = [Channel()],
    };

    public ChannelDocument? FindChannel(ChannelId channelId) => channelId == Known ? Channel() : null;

    public CloseRequestOutcome RequestClose(ChannelId channelId)
    {
        if (channelId != Known)
        {
            return CloseRequestOutcome.ChannelUnknown;
        }

        Closed.Add(channelId);
        CloseState = "settled";
        return CloseOutcome;
    }

    public Task<CloseRequestOutcome> RequestForceCloseAsync(ChannelId channelId, CloseRoute route)
    {
        Forced.Add((channelId, route));
        return Task.FromResult(RequestClose(channelId));
    }

    public bool IsProvider { get; set; } = true;

    public bool TakesNewChannels { get; private set; } = true;

    public Task<NewChannelsAnswer> RequestNewChannelsAsync(bool take, CancellationToken cancellationToken)
    {
        TakesNewChannels = IsProvider ? take : TakesNewChannels;
        return Task.FromResult(new NewChannelsAnswer(IsProvider, null));
    }

    public TopUpAnswer RequestTopUp(ChannelId channelId, ulong capacityBytes) =>
        new("notToppedUp", $"{capacityBytes} bytes are not its capacity");

    public void RequestStop() => StopRequested = true;

    private ChannelDocument Channel() => new()
    {
        ChannelId = Known.ToString(),
        Role = "provider",
        Consumer = TestChannels.Consumer.Address.ToString(),
        Provider = TestChannels.Provider.Address.ToString(),
        Phase = "active",
        CapacityBytes = 1_000,
        PricePerMB = "1",
        PricePerMBIpx = "0.000000000000000001",
        TolerancePpm = 0,
        Connected = false,
        Streams = 0,
        OwnBytes = 0,
        PeerBytes = 0,
        AgreedBytes = 0,
        UnitsSigned = 0,
        UnitsVerified = 0,
        Checkpoints = 0,
        TokensAccrued = "0",
        TokensAccruedIpx = "0",
        MBPerSecond = 0,
        Close = CloseState is null ? null : new CloseDocument { State = CloseState },
    };
}

using System.Numerics;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Gateway;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Gateway;

/// <summary>Messages of every kind with random fields; the same seed gives the same messages.</summary>
internal sealed class GatewayMessageSamples(int seed)
{
    private readonly Random _random = new(seed);

    public static IEnumerable<GatewayMessageKind> Kinds =>
        Enum.GetValues<GatewayMessageKind>().Where(kind => kind != GatewayMessageKind.None);

    public static uint RequestIdFor(GatewayMessage message) => message is GatewayPush ? 0u : 0x01020304u;

    public GatewayMessage Message(GatewayMessageKind kind) => kind switch
    {
        GatewayMessageKind.Hello => new Hello(GatewayLimits.Version, Domain()),
        GatewayMessageKind.Authenticate => new Authenticate(new GatewayAuth(Address(), Bytes32(), "silo.example:7443", U64()), Signature()),
        GatewayMessageKind.Announce => new Announce("203.0.113.7:9301", Amount(), (uint)_random.Next(1_000_001), U64(), U64(), 5, U64(), U64()),
        GatewayMessageKind.Heartbeat => Heartbeat.Instance,
        GatewayMessageKind.Withdraw => Withdraw.Instance,
        GatewayMessageKind.Drain => new Drain(Maybe()),
        GatewayMessageKind.MatchRequest => new MatchRequest(5, new MatchLimits(U64(), Amount(), (uint)_random.Next(1_000_001))),
        GatewayMessageKind.OpenNotice => new OpenNotice(Terms()),
        GatewayMessageKind.ConfirmRelay => new ConfirmRelay(Terms(), U64(), Signature()),
        GatewayMessageKind.DeclineRelay => new DeclineRelay(ChannelId(), U64(), Signature(), RefusalReason.PriceBelowOffer),
        GatewayMessageKind.SubmitUnits => new SubmitUnits([.. Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => Units())]),
        GatewayMessageKind.CloseRelay => new CloseRelay(Closure(), Signature(), Maybe() ? Signature() : null),
        GatewayMessageKind.StartCloseRelay => new StartCloseRelay(ChannelId(), U64(), Signature()),
        GatewayMessageKind.ChannelViewRequest => new ChannelViewRequest(ChannelId()),
        GatewayMessageKind.AcceptanceRequest => new AcceptanceRequest(Terms()),
        GatewayMessageKind.AcceptanceAnswer => Maybe()
            ? new AcceptanceAnswer(ChannelId(), U64(), Signature(), RefusalReason.None)
            : new AcceptanceAnswer(ChannelId(), U64(), null, RefusalReason.MonthlyCapReached),
        GatewayMessageKind.PublishStatement => new PublishStatement(Statement(), Maybe() ? Contradiction() : null),
        GatewayMessageKind.StatementsRequest => new StatementsRequest(Bytes32(), U64()),
        GatewayMessageKind.RouteRequest => new RouteRequest(
            Bytes32(), PublicKey(), Maybe() ? Address() : null, [.. Enumerable.Range(0, _random.Next(3)).Select(_ => Address())], U64(), Amount(), 1_000),
        GatewayMessageKind.PoolAttach => new PoolAttach(ChannelId()),
        GatewayMessageKind.RouteReport => Report(),
        GatewayMessageKind.ClosureRequest => new ClosureRequest(ChannelId(), U64()),
        GatewayMessageKind.Challenge => new Challenge(Bytes32(), Address(), Domain(), 10_000),
        GatewayMessageKind.Welcome => new Welcome(U64(), 15_000, 64),
        GatewayMessageKind.Accepted => Accepted.Instance,
        GatewayMessageKind.Refused => new Refused(RefusalReason.SlotsFull, "5 of 5 slots are taken", 30_000),
        GatewayMessageKind.MatchResult => new MatchResult(Maybe() ? Bytes32() : null, [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Offer())]),
        GatewayMessageKind.UnitsAck => new UnitsAck([.. Enumerable.Range(0, 1 + _random.Next(4)).Select(_ => Ack())]),
        GatewayMessageKind.CloseTaken => new CloseTaken(Maybe(), Maybe() ? SignedClosure() : null),
        GatewayMessageKind.ChannelViewReply => View(),
        GatewayMessageKind.AcceptanceReply => new AcceptanceReply(U64(), Signature()),
        GatewayMessageKind.StatementsReply => new StatementsReply(Bytes32(), U64(), Published(_random.Next(4))),
        GatewayMessageKind.RouteGrant => new RouteGrant(
            Terms() with { Kind = ChannelKind.Lock }, U64(), Signature(), Address(), "exit.example:9301", Amount(), Bytes32(), U64(), Bytes32(), 10_000_000),
        GatewayMessageKind.RouteReportAck => new RouteReportAck(
            RefusalReason.None, [.. Enumerable.Range(0, _random.Next(4)).Select(_ => Maybe() ? RefusalReason.None : RefusalReason.UnknownTag)]),
        GatewayMessageKind.Error => new GatewayError(GatewayErrorCode.TooMany, "wait a second — größer", 1_000),
        GatewayMessageKind.ChannelOpened => new ChannelOpened(ChannelId(), Terms(), U64()),
        GatewayMessageKind.ClosureOffered => new ClosureOffered(Address(), SignedClosure()),
        GatewayMessageKind.SettlementStatus => new SettlementStatus(
            ChannelId(), SettlementOperation.Confirm, SettlementProgress.Done, Bytes32(), U64(), ""),
        GatewayMessageKind.CloseAlert => new CloseAlert(ChannelId(), ChannelPhase.Closing, U64(), U64(), U64()),
        GatewayMessageKind.AcceptanceAsked => new AcceptanceAsked(Terms(), U64()),
        GatewayMessageKind.MonthAllowance => new MonthAllowance(U64(), U64()),
        GatewayMessageKind.CloseAsked => new CloseAsked(ChannelId()),
        GatewayMessageKind.StatementsPublished => new StatementsPublished(Bytes32(), Published(1 + _random.Next(3))),
        GatewayMessageKind.ProxyUnit => new ProxyUnit(Unit(ChannelId()), Maybe()),
        GatewayMessageKind.RouteCredits => Credits(ChannelId()),
        GatewayMessageKind.RoutesEnded => new RoutesEnded(ChannelId(), [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => Bytes32())]),
        GatewayMessageKind.RouteEnded => new RouteEnded(ChannelId(), RefusalReason.PoolEnded, "ask for the route again"),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no sample"),
    };

    private bool Maybe() => _random.Next(2) == 1;

    private ulong U64() => (ulong)_random.NextInt64();

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }

    private Address Address() => Protocol.Identity.Address.FromBytes(Bytes(20));

    private Bytes32 Bytes32() => Protocol.Identity.Bytes32.FromBytes(Bytes(32));

    private ChannelId ChannelId() => new(Bytes32());

    private Signature Signature() => Protocol.Signing.Signature.FromBytes(Bytes(65));

    private Eip712Domain Domain() => new(U64(), Address());

    private TokenAmount Amount() => new(new BigInteger(Bytes(12), isUnsigned: true) + 1);

    private Terms Terms() => new(
        Address(), Address(), 1_000UL * (ulong)(1 + _random.Next(1_000_000)), Amount(), (uint)_random.Next(1_000_001), ChannelKind.Direct, Bytes32());

    private ProviderOffer Offer() => new(Address(), "[2001:db8::7]:9301", Amount(), (uint)_random.Next(1_000_001), 3, U64(), U64());

    private Closure Closure() => new(ChannelId(), U64(), U64());

    private SignedClosure SignedClosure() => new(Closure(), Signature());

    private ChannelUnits Units()
    {
        var channelId = ChannelId();
        var consumer = Address();
        var provider = Address();
        var sides = 1 + _random.Next(3);
        return new ChannelUnits((sides & 1) != 0 ? Unit() : null, (sides & 2) != 0 ? Unit() : null);

        SignedUnit Unit() => new(new UsageUnit(channelId, U64(), U64(), consumer, provider, U64(), Bytes32()), Signature());
    }

    private SignedBlacklisting Statement() => new(
        new Blacklisting(Address(), Address(), ChannelId(), (byte)_random.Next(256), U64(), Maybe(), Bytes32()), Signature());

    private Contradiction Contradiction() => new(ContradictionKind.SameIndexTwoContents, Unit(), Unit());

    private SignedUnit Unit() => new(new UsageUnit(ChannelId(), U64(), U64(), Address(), Address(), U64(), Bytes32()), Signature());

    private PublishedStatement[] Published(int count)
    {
        var first = 1 + (ulong)_random.Next(1_000);
        return [.. Enumerable.Range(0, count).Select(i => new PublishedStatement(first + (ulong)i, Statement(), Terms(), Maybe() ? Contradiction() : null))];
    }

    private PublicKey PublicKey() => Protocol.Signing.PublicKey.FromBytes(Bytes(64));

    private SignedUnit Unit(ChannelId channelId) =>
        new(new UsageUnit(channelId, U64(), U64(), Address(), Address(), U64(), Bytes32()), Signature());

    private RouteReport Report()
    {
        var poolId = ChannelId();
        SignedTagCount[] counts = [.. Enumerable.Range(0, 1 + _random.Next(3))
            .Select(_ => new SignedTagCount(new TagCount(poolId, Bytes32(), U64(), U64(), U64()), Signature()))];
        return new RouteReport(poolId, Maybe() ? Unit(poolId) : null, counts);
    }

    private ChannelUnitsAck Ack()
    {
        var channelId = ChannelId();
        return new(channelId, RefusalReason.None, U64(), U64(), U64(), U64(), Maybe() ? Unit(channelId) : null);
    }

    private RouteCredits Credits(ChannelId poolId) => new(
        poolId,
        Maybe() ? Unit(poolId) : null,
        [.. Enumerable.Range(0, 1 + _random.Next(3)).Select(_ => new RouteCredit(Bytes32(), Address(), U64(), Signature()))]);

    private ChannelViewReply View() => new()
    {
        ChannelId = ChannelId(),
        Terms = Terms(),
        Phase = ChannelPhase.Active,
        CapacityBytes = U64(),
        PaidBytes = U64(),
        ConfirmBeforeSeconds = U64(),
        SettleFromSeconds = U64(),
        Units = Maybe() ? Units() : null,
        ConsumerClosure = Maybe() ? SignedClosure() : null,
        ProviderClosure = Maybe() ? SignedClosure() : null,
    };
}

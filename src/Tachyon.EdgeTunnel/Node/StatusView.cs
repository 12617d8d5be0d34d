using System.Numerics;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Control;
using Tachyon.EdgeTunnel.Gateway;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Tunnel;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Settlement;

namespace Tachyon.EdgeTunnel.Node;

/// <summary>Puts together what the control socket shows.</summary>
internal sealed class StatusView(NodeParts parts, NodeOptions options, INodeRole role, TopUpDesk topUps, ThroughputMeter throughput)
{
    private readonly long _startedAtMs = parts.Time.GetUtcNow().ToUnixTimeMilliseconds();

    public StatusDocument Status()
    {
        var channels = parts.Book.All.Select(Channel).ToList();
        var step = parts.Progress.Current;
        var view = role.View;
        return new StatusDocument
        {
            Role = view.Role,
            Address = parts.Self.ToString(),
            State = Word(step.State),
            Detail = step.Detail,
            StartedAtMs = _startedAtMs,
            NowMs = parts.Time.GetUtcNow().ToUnixTimeMilliseconds(),
            Gateway = Gateway(),
            Chain = Chain(),
            Socks = view.Socks,
            Listen = view.Listen,
            Offer = view.Offer,
            Route = view.Route,
            Budgets = view.Budgets,
            Reputation = Reputation(),
            Totals = Totals(channels),
            Channels = channels,
        };
    }

    public ChannelDocument? FindChannel(ChannelId channelId) =>
        parts.Book.Find(channelId) is { } channel ? Channel(channel) : null;

    private ReputationDocument Reputation()
    {
        var (known, standing) = parts.Journal.Statements.Count();
        var own = parts.Journal.OwnStatements.Load();
        return new ReputationDocument
        {
            Policy = parts.Reputation.Policies.ToString().ToLowerInvariant().Replace(", ", ",", StringComparison.Ordinal),
            Known = known,
            Standing = standing,
            Published = own.Count(statement => statement is { IsAcknowledged: true, Stands: true }),
            Waiting = own.Count(statement => !statement.IsAcknowledged),
        };
    }

    private ChannelDocument Channel(ChannelRecord channel)
    {
        var stats = role.StatsOf(channel.ChannelId);
        var session = role.SessionOf(channel.ChannelId);
        var settlement = parts.Book.FindSettlement(channel.ChannelId);

        // Units run ahead of use, to keep a long path full; what both agreed on in the end is what was settled.
        var agreed = settlement?.BytesUsed ?? stats?.AgreedBytes ?? 0;
        var accrued = settlement?.Paid ?? channel.Terms.Price(agreed);
        return new ChannelDocument
        {
            ChannelId = channel.ChannelId.ToString(),
            Role = channel.Role == SessionRole.Consumer ? "consumer" : "provider",
            Consumer = channel.Terms.Consumer.ToString(),
            Provider = channel.Terms.Provider.ToString(),
            Kind = channel.Terms.Kind == ChannelKind.Lock ? "lock" : role.IsPool(channel.ChannelId) ? "pool" : "direct",
            Phase = Word(channel.Stage),
            CapacityBytes = channel.CapacityBytes,
            PricePerMB = channel.Terms.PricePerMB.ToString(),
            PricePerMBIpx = channel.Terms.PricePerMB.ToTokens(),
            TolerancePpm = channel.Terms.TolerancePpm,
            Endpoint = channel.Endpoint,
            Connected = session is not null,
            Streams = session?.Streams ?? 0,
            OwnBytes = stats?.OwnBytes ?? 0,
            PeerBytes = stats?.PeerUnitBytes ?? 0,
            AgreedBytes = agreed,
            UnitsSigned = (ulong)(stats?.UnitsSigned ?? 0),
            UnitsVerified = (ulong)(stats?.UnitsVerified ?? 0),
            Checkpoints = ByteCounts.CheckpointOf(agreed),
            TokensAccrued = accrued.ToString(),
            TokensAccruedIpx = accrued.ToTokens(),
            MBPerSecond = session is null ? 0 : Math.Round(throughput.BytesPerSecond(channel.ChannelId) / 1e6, 3),
            PaidBytes = channel.PaidBytes,
            PaidIpx = channel.Terms.Price(channel.PaidBytes).ToTokens(),
            UnclaimedIpx = settlement is null && agreed > channel.PaidBytes
                ? (channel.Terms.Price(agreed) - channel.Terms.Price(channel.PaidBytes)).ToTokens()
                : "0",
            DepositIpx = channel.Terms.Deposit(channel.CapacityBytes).ToTokens(),
            Difference = Difference(channel, stats),
            TopUp = topUps.Find(channel.ChannelId) is { } topUp
                ? new TopUpDocument { State = Word(topUp.Step), CapacityBytes = topUp.CapacityBytes, Detail = topUp.Detail }
                : null,
            DeadlineMs = channel.Stage is ChannelStage.Opened or ChannelStage.Closing ? (long)channel.DeadlineSeconds * 1_000 : null,
            Close = (role.Watch.Find(channel.ChannelId) ?? role.Closer.Find(channel.ChannelId)) is { } close ? Document(close) : null,
            Settlement = settlement is null ? null : Document(settlement),
        };
    }

    // By the newest units, as a settlement would see them.
    private static DifferenceDocument? Difference(ChannelRecord channel, ChannelStats? stats)
    {
        if (stats is null)
        {
            return null;
        }

        var (consumerBytes, providerBytes) = channel.Role == SessionRole.Consumer
            ? (stats.OwnUnitBytes, stats.PeerUnitBytes)
            : (stats.PeerUnitBytes, stats.OwnUnitBytes);
        return new DifferenceDocument
        {
            ConsumerUnitBytes = consumerBytes,
            ProviderUnitBytes = providerBytes,
            AllowedBytes = SettlementRules.AllowedDifferenceBytes(providerBytes, channel.Terms.TolerancePpm),
            IsDispute = SettlementRules.IsDispute(consumerBytes, providerBytes, channel.Terms.TolerancePpm),
        };
    }

    public static BudgetDocument Document(BudgetStanding standing) => new()
    {
        Period = Word(standing.Budget.Period),
        LimitBytes = standing.Budget.Bytes,
        LimitIpx = standing.Budget.Tokens?.ToTokens(),
        SpentBytes = standing.Spent.Bytes,
        SpentIpx = standing.Spent.Tokens.ToTokens(),
        EndsAtMs = standing.EndsAt?.ToUnixTimeMilliseconds(),
    };

    private static CloseDocument Document(CloseProgress close) => new()
    {
        State = Word(close.Step),
        Detail = close.Detail,
        Alone = close.Alone,
        SettleFromMs = close.SettleFromSeconds == 0 ? null : (long)close.SettleFromSeconds * 1_000,
        ExpectedPaid = close.Expected?.Paid.ToString(),
        ExpectedPaidIpx = close.Expected?.Paid.ToTokens(),
        ExpectedBurned = close.Expected?.Burned.ToString(),
        ExpectedBurnedIpx = close.Expected?.Burned.ToTokens(),
        ExpectedRefund = close.Expected?.Refunded.ToString(),
        ExpectedRefundIpx = close.Expected?.Refunded.ToTokens(),
    };

    private static SettlementDocument Document(SettlementRecord settlement) => new()
    {
        BytesUsed = settlement.BytesUsed,
        Paid = settlement.Paid.ToString(),
        PaidIpx = settlement.Paid.ToTokens(),
        Burned = settlement.Burned.ToString(),
        BurnedIpx = settlement.Burned.ToTokens(),
        Refunded = settlement.Refunded.ToString(),
        RefundedIpx = settlement.Refunded.ToTokens(),
        TransactionHash = settlement.TransactionHash.ToString(),
        BlockNumber = settlement.BlockNumber,
    };

    private PeerServiceDocument Gateway()
    {
        var status = parts.Gateway.Status;
        return new PeerServiceDocument
        {
            Url = parts.Gateway.Gateway.Url.ToString(),
            State = status.Phase switch
            {
                GatewayPhase.Connected => "connected",
                GatewayPhase.Waiting when status.Fault == GatewayFault.Unreachable || status.Fault == GatewayFault.TimedOut => "unreachable",
                GatewayPhase.Waiting when status.Fault != GatewayFault.Disconnected => "refused",
                _ => "connecting",
            },
            Detail = status.Text.Length > 0 ? status.Text : null,
        };
    }

    private ChainDocument Chain()
    {
        var status = parts.Chain.Status;
        return new ChainDocument
        {
            Url = options.Rpc.ToString(),
            ChainId = parts.Deployment.ChainId,
            State = Word(status.State),
            Detail = status.Detail,
            SinceMs = status.Since.ToUnixTimeMilliseconds(),
            FinalBlock = status.FinalBlock,
        };
    }

    private static TotalsDocument Totals(List<ChannelDocument> channels)
    {
        var accrued = TokenAmount.FromBaseUnits(channels.Aggregate(
            BigInteger.Zero, (sum, channel) => sum + TokenAmount.Parse(channel.TokensAccrued).BaseUnits));
        return new TotalsDocument
        {
            OwnBytes = Sum(channels, channel => channel.OwnBytes),
            PeerBytes = Sum(channels, channel => channel.PeerBytes),
            AgreedBytes = Sum(channels, channel => channel.AgreedBytes),
            UnitsSigned = Sum(channels, channel => channel.UnitsSigned),
            UnitsVerified = Sum(channels, channel => channel.UnitsVerified),
            Checkpoints = Sum(channels, channel => channel.Checkpoints),
            TokensAccrued = accrued.ToString(),
            TokensAccruedIpx = accrued.ToTokens(),
            MBPerSecond = channels.Sum(channel => channel.MBPerSecond),
            Sessions = channels.Count(channel => channel.Connected),
            Streams = channels.Sum(channel => channel.Streams),
        };
    }

    private static ulong Sum(List<ChannelDocument> channels, Func<ChannelDocument, ulong> part) =>
        channels.Aggregate(0UL, (sum, channel) => sum + part(channel));

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}

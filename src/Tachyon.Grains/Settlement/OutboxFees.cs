using System.Globalization;
using System.Numerics;
using Tachyon.Chain;
using ChainChannelView = Tachyon.Chain.ChannelView;

namespace Tachyon.Grains.Settlement;

/// <summary>What a unit of gas may cost for an operation. Pure.</summary>
internal static class OutboxFees
{
    private const ulong WeiPerGwei = 1_000_000_000;
    private static readonly BigInteger BaseUnitsPerToken = BigInteger.Pow(10, TokenAmount.Decimals);

    /// <summary>A fee for a unit of gas, for people to read.</summary>
    internal static string Gwei(BigInteger wei) => string.Create(CultureInfo.InvariantCulture, $"{(decimal)wei / WeiPerGwei:0.######} gwei");

    /// <summary>The limit that no operation of the kind passes, in wei.</summary>
    internal static BigInteger Limit(GrainsOptions options, IntentKind kind) =>
        new BigInteger(kind == IntentKind.Challenge ? Math.Max(options.OutboxMaxChallengeFeeGwei, options.OutboxMaxFeeGwei) : options.OutboxMaxFeeGwei) * WeiPerGwei;

    /// <summary>True when the operation's worth, where it can be told, bounds what its gas may cost.</summary>
    internal static bool IsBoundByWorth(GrainsOptions options, IntentKind kind) =>
        options.TokenPriceWei is not null && (kind is IntentKind.Challenge or IntentKind.Claim);

    /// <summary>
    /// The most that a unit of gas may cost so that the operation is worth its gas, in wei: a challenge as much as what it
    /// moves; a claim a set part of that, with room for fees that rose since it was found worth it.
    /// </summary>
    /// <param name="options">Their <see cref="GrainsOptions.TokenPriceWei"/> is set.</param>
    /// <param name="intent">A challenge or a claim.</param>
    /// <param name="seen">The channel on the newest block.</param>
    /// <param name="gas">What it will use.</param>
    internal static BigInteger LimitByWorth(GrainsOptions options, SettlementIntent intent, ChainChannelView seen, ulong gas)
    {
        BigInteger worthWei = Moved(intent, seen).BaseUnits * options.TokenPriceWei!.Value / BaseUnitsPerToken;
        return worthWei / gas / (intent.Kind == IntentKind.Claim ? (options.ClaimGasMultiple + 1) / 2 : 1);
    }

    /// <summary>The least unpaid amount that is worth a claim at present fees; null when nobody said what a token is worth.</summary>
    internal static TokenAmount? LeastClaim(GrainsOptions options, FeeCaps fees, ulong gas)
    {
        if (options.TokenPriceWei is not { } priceWei)
        {
            return null;
        }

        BigInteger gasWei = fees.Likely * gas * options.ClaimGasMultiple;
        return new TokenAmount(((gasWei * BaseUnitsPerToken) + priceWei - 1) / priceWei);
    }

    /// <summary>The tokens that change hands because of a unit that is shown: what a settlement without it would not count.</summary>
    private static TokenAmount Moved(SettlementIntent intent, ChainChannelView seen)
    {
        Terms terms = intent.Terms;
        if (intent.ConsumerUnit is { } ofConsumer)
        {
            ulong shown = Math.Min(ofConsumer.Unit.BytesUsed, seen.CapacityBytes);
            return Difference(terms, shown, intent.Kind == IntentKind.Claim ? seen.PaidBytes : seen.ConsumerBytes);
        }

        // A provider's count moves at most one checkpoint above the consumer's (protocol, Settlement).
        ulong most = seen.ConsumerBytes + ProtocolConstants.CheckpointBytes;
        ulong provider = Math.Min(Math.Min(intent.ProviderUnit!.Unit.BytesUsed, seen.CapacityBytes), most);
        return Difference(terms, provider, Math.Max(Math.Min(seen.ProviderBytes, most), seen.ConsumerBytes));
    }

    private static TokenAmount Difference(Terms terms, ulong bytes, ulong without) =>
        bytes > without ? terms.Price(bytes) - terms.Price(without) : TokenAmount.Zero;
}

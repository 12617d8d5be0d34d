using System.Numerics;
using Microsoft.Extensions.Options;

namespace Tachyon.Grains.Hosting;

/// <summary>Checks the grains' settings at start-up and reports every fault at once.</summary>
public sealed class GrainsOptionsValidator : IValidateOptions<GrainsOptions>
{
    private const int MaxBlocksPerRequest = 10_000;
    private const int MaxInFlight = 256;
    private const int MaxQueued = 100_000;
    private const int MaxClaimGasMultiple = 10_000;

    // A billion units of the currency: more can only be a mistake in the unit.
    private static readonly BigInteger MaxTokenPriceWei = BigInteger.Pow(10, 27);

    // A million millions of tokens.
    private static readonly BigInteger MaxLeastDeposit = BigInteger.Pow(10, 30);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(50);

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, GrainsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> faults = [];
        Check(faults, nameof(options.ProviderLiveness), options.ProviderLiveness, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10));
        Check(faults, nameof(options.ChannelIdleAge), options.ChannelIdleAge, TimeSpan.FromMinutes(3), TimeSpan.FromDays(1));
        Check(faults, nameof(options.ChallengeMargin), options.ChallengeMargin, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
        Check(faults, nameof(options.FeedPollInterval), options.FeedPollInterval, ShortestPoll, TimeSpan.FromMinutes(1));
        Check(faults, nameof(options.FeedBlocksPerRequest), options.FeedBlocksPerRequest, 1, MaxBlocksPerRequest);
        Check(faults, nameof(options.OutboxPollInterval), options.OutboxPollInterval, ShortestPoll, TimeSpan.FromMinutes(1));
        Check(faults, nameof(options.OutboxMaxInFlight), options.OutboxMaxInFlight, 1, MaxInFlight);
        Check(faults, nameof(options.OutboxMaxQueued), options.OutboxMaxQueued, 1, MaxQueued);
        Check(faults, nameof(options.OutboxReplaceAfter), options.OutboxReplaceAfter, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Check(faults, nameof(options.OutboxMaxFeeGwei), options.OutboxMaxFeeGwei, 1u, uint.MaxValue);
        Check(faults, nameof(options.OutboxMaxChallengeFeeGwei), options.OutboxMaxChallengeFeeGwei, 1u, uint.MaxValue);
        Check(faults, nameof(options.LeastDeposit), options.LeastDeposit, BigInteger.Zero, MaxLeastDeposit);
        Check(faults, nameof(options.ClaimGasMultiple), options.ClaimGasMultiple, 1, MaxClaimGasMultiple);
        if (options.TokenPriceWei is { } price)
        {
            Check(faults, nameof(options.TokenPriceWei), price, BigInteger.One, MaxTokenPriceWei);
        }

        Check(faults, nameof(options.KeeperPeriod), options.KeeperPeriod, ShortestPoll, TimeSpan.FromMinutes(5));
        Check(faults, nameof(options.DeadlineReminderPeriod), options.DeadlineReminderPeriod, ShortestPoll, TimeSpan.FromHours(1));

        CheckProxy(faults, options);

        // A replacement before the outbox could have noticed that the first was mined only costs fees.
        if (options.OutboxReplaceAfter < options.OutboxPollInterval)
        {
            faults.Add($"{nameof(options.OutboxReplaceAfter)} is {options.OutboxReplaceAfter}, shorter than {nameof(options.OutboxPollInterval)}, {options.OutboxPollInterval}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void CheckProxy(List<string> faults, GrainsOptions options)
    {
        Check(faults, nameof(options.ProxyRouteStepBytes), options.ProxyRouteStepBytes, ProtocolConstants.BytesPerMB, 1_000_000 * ProtocolConstants.BytesPerMB);
        Check(faults, nameof(options.ProxyPoolStepBytes), options.ProxyPoolStepBytes, 10 * ProtocolConstants.BytesPerMB, 1_000_000_000 * ProtocolConstants.BytesPerMB);
        Check(faults, nameof(options.ProxyTopUpSpread), options.ProxyTopUpSpread, TimeSpan.Zero, TimeSpan.FromDays(1));
        Check(faults, nameof(options.ProxyMaxRoutes), options.ProxyMaxRoutes, 1, 100_000);
        Check(faults, nameof(options.ProxyMaxPricePerMB), options.ProxyMaxPricePerMB, BigInteger.One, TokenAmount.MaxPrice.BaseUnits);
        Check(faults, nameof(options.ProxyIdleAge), options.ProxyIdleAge, TimeSpan.FromHours(1), TimeSpan.FromDays(365));
        foreach ((string setting, ulong bytes) in new[]
        {
            (nameof(options.ProxyRouteStepBytes), options.ProxyRouteStepBytes),
            (nameof(options.ProxyPoolStepBytes), options.ProxyPoolStepBytes),
        })
        {
            if (!ByteCounts.IsWholeKB(bytes))
            {
                faults.Add($"{setting} is {bytes}; it must be in whole KB (multiples of {ProtocolConstants.BytesPerKB}).");
            }
        }
    }

    private static void Check<T>(List<string> faults, string setting, T value, T least, T most)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            faults.Add($"{setting} is {value}; it must be {least} to {most}.");
        }
    }
}

using System.Globalization;
using System.Numerics;
using System.Reflection;
using Tachyon.Grains;

namespace Tachyon.Silo.Configuration;

/// <summary>The grains' options from the section Grains, one setting for each option. Their bounds are the grains' own to check.</summary>
internal static class GrainsSettings
{
    private const string Section = "Grains:";

    /// <summary>What each option does, for people; the grains' own documentation says more.</summary>
    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        [nameof(GrainsOptions.ProviderLiveness)] = "how long a provider counts as alive after a sign of life",
        [nameof(GrainsOptions.ChannelIdleAge)] = "how long a channel that nobody asks about stays in memory",
        [nameof(GrainsOptions.ChallengeMargin)] = "how long before a channel can be settled challenges no longer wait for finality",
        [nameof(GrainsOptions.FeedPollInterval)] = "how often the chain feed looks for new blocks",
        [nameof(GrainsOptions.FeedBlocksPerRequest)] = "the most blocks that the feed asks for at once",
        [nameof(GrainsOptions.OutboxPollInterval)] = "how often the outbox looks after its transactions",
        [nameof(GrainsOptions.OutboxMaxInFlight)] = "the most transactions sent and not mined yet",
        [nameof(GrainsOptions.OutboxMaxQueued)] = "the most operations that wait in the outbox",
        [nameof(GrainsOptions.OutboxReplaceAfter)] = "how long a transaction may stay unmined before it is replaced with higher fees",
        [nameof(GrainsOptions.OutboxMaxFeeGwei)] = "the most that a unit of gas may cost, in gwei; above it transactions wait, except challenges",
        [nameof(GrainsOptions.KeeperPeriod)] = "how often each silo sees to it that feed and outbox run somewhere",
        [nameof(GrainsOptions.DeadlineReminderPeriod)] = "how late a deadline may be met when the silo that watched it died",
        [nameof(GrainsOptions.OutboxMaxChallengeFeeGwei)] = "the same for challenges and for what has to be mined before them",
        [nameof(GrainsOptions.TokenPriceWei)] = "what a whole token is worth in wei; with it providers are paid while channels go on, and no challenge costs more gas than it brings",
        [nameof(GrainsOptions.LeastDeposit)] = "the least deposit, in base units, of a channel that this operator's account sends transactions for",
        [nameof(GrainsOptions.Proxy)] = "serve routes as a proxy, with the operator's account, which must be in the register of proxies",
        [nameof(GrainsOptions.ProxyRouteStepBytes)] = "the step of every amount that a lock shows on chain, in bytes",
        [nameof(GrainsOptions.ProxyPoolStepBytes)] = "the step in which channels to exits are opened and topped up, in bytes",
        [nameof(GrainsOptions.ProxyMaxPricePerMB)] = "the most that an exit may cost, in base units per MB; what anybody can have bound and burned goes by it",
        [nameof(GrainsOptions.ProxyTopUpSpread)] = "a top-up is sent at a random time within so long",
        [nameof(GrainsOptions.ProxyMaxRoutes)] = "the most routes under way to one exit",
        [nameof(GrainsOptions.ProxyIdleAge)] = "how long nobody uses a lock or a pool until the proxy closes it",
        [nameof(GrainsOptions.ClaimGasMultiple)] = "claim what a provider earned once it is worth so many times the gas of a claim",
    };

    /// <summary>The settings of the grains that have no words yet; a test keeps this empty.</summary>
    public static IEnumerable<string> WithoutMeaning => Options().Select(option => option.Name).Where(name => !Meanings.ContainsKey(name));

    public static void Read(SettingReader reader, GrainsOptions options)
    {
        foreach (var option in Options())
        {
            var meaning = Meanings.GetValueOrDefault(option.Name, "see GrainsOptions");
            option.SetValue(options, Read(reader, Section + option.Name, option.PropertyType, option.GetValue(options), meaning));
        }
    }

    private static IEnumerable<PropertyInfo> Options() =>
        typeof(GrainsOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static object? Read(SettingReader reader, string setting, Type type, object? standard, string meaning) => standard switch
    {
        TimeSpan time => Parsed(reader, setting, time.ToString(), time, meaning, "a time (hours:minutes:seconds)", text =>
            text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var value) ? value : null),
        bool => reader.Flag(setting, meaning),
        _ when (Nullable.GetUnderlyingType(type) ?? type) == typeof(BigInteger) => Parsed(
            reader, setting, standard?.ToString() ?? "none", standard, meaning, "a whole number in decimal digits", text =>
                BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null),
        int or uint or ulong or double => Parsed(
            reader, setting, Convert.ToString(standard, CultureInfo.InvariantCulture)!, standard, meaning, "a number that is not negative", text =>
                Number(text, type)),
        _ => throw new NotSupportedException($"{setting} is a {type.Name}, which no setting can be."),
    };

    private static object? Number(string text, Type type)
    {
        try
        {
            return text.StartsWith('-') ? null : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            return null;
        }
    }

    private static object? Parsed(
        SettingReader reader, string setting, string standardInWords, object? standard, string meaning, string kind, Func<string, object?> parse)
    {
        if (reader.Optional(setting, meaning, standardInWords) is not { } text)
        {
            return standard;
        }

        if (parse(text) is { } value)
        {
            return value;
        }

        reader.Fault(setting, text, $"must be {kind}");
        return standard;
    }
}

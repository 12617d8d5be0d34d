using Tachyon.Grains;
using Tachyon.Protocol.Amounts;

namespace Tachyon.Silo.Configuration;

/// <summary>The grains' options from the section Grains. Their bounds are the grains' own to check.</summary>
internal static class GrainsSettings
{
    private const string Section = "Grains:";

    public static void Read(SettingReader reader, GrainsOptions options)
    {
        options.ProviderLiveness = Duration(reader, nameof(options.ProviderLiveness), options.ProviderLiveness);
        options.FeedPollInterval = Duration(reader, nameof(options.FeedPollInterval), options.FeedPollInterval);
        options.FeedBlocksPerRequest = Number(reader, nameof(options.FeedBlocksPerRequest), options.FeedBlocksPerRequest);
        options.OutboxPollInterval = Duration(reader, nameof(options.OutboxPollInterval), options.OutboxPollInterval);
        options.OutboxMaxInFlight = Number(reader, nameof(options.OutboxMaxInFlight), options.OutboxMaxInFlight);
        options.OutboxMaxQueued = Number(reader, nameof(options.OutboxMaxQueued), options.OutboxMaxQueued);
        options.OutboxReplaceAfter = Duration(reader, nameof(options.OutboxReplaceAfter), options.OutboxReplaceAfter);
        options.OutboxMaxFeeGwei = (uint)Number(reader, nameof(options.OutboxMaxFeeGwei), (int)options.OutboxMaxFeeGwei);
        options.KeeperPeriod = Duration(reader, nameof(options.KeeperPeriod), options.KeeperPeriod);
        options.DeadlineReminderPeriod = Duration(reader, nameof(options.DeadlineReminderPeriod), options.DeadlineReminderPeriod);
        options.ClaimAbove = Amount(reader, nameof(options.ClaimAbove));
    }

    private static TimeSpan Duration(SettingReader reader, string name, TimeSpan standard) =>
        reader.Duration(Section + name, standard, TimeSpan.Zero, TimeSpan.FromDays(1));

    private static TokenAmount? Amount(SettingReader reader, string name)
    {
        if (reader.Optional(Section + name) is not { } text)
        {
            return null;
        }

        if (TokenAmount.TryParse(text, out var amount))
        {
            return amount;
        }

        reader.Fault(Section + name, text, "must be base units of the token in decimal digits");
        return null;
    }

    private static int Number(SettingReader reader, string name, int standard) =>
        reader.Number(Section + name, standard, 0, int.MaxValue);
}

namespace Tachyon.Grains.Reputation;

/// <summary>
/// How much one issuer may say. Every statement goes to every edge and stays in the log for ever, so what bounds them all is the
/// number of channels that paid something: keys are free, channels are not.
/// </summary>
internal static class StatementLimits
{
    /// <summary>Blacklistings that one channel carries for each of its parties; each may be revoked besides.</summary>
    internal const int PerChannel = 4;

    /// <summary>Blacklistings of one issuer within <see cref="Day"/>; revocations of what stands are free.</summary>
    internal const int PerDay = 20;

    /// <summary>Others that one issuer may have stated anything about; the oldest revocations give way.</summary>
    internal const int Subjects = 1_024;

    /// <summary>Issuers whose statements about one node are kept with it; see <see cref="ReputationRecord.HeardMore"/>.</summary>
    internal const int Issuers = 2_048;

    internal static readonly TimeSpan Day = TimeSpan.FromDays(1);
}

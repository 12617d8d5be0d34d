namespace Tachyon.Chain;

/// <summary>How patiently transactions are sent.</summary>
public sealed class TransactionSenderOptions
{
    /// <summary>How often the chain is asked for a receipt. Default 1 s; a development chain deserves less.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>After how long a waiting transaction is sent again with higher fees. Default 45 s.</summary>
    public TimeSpan ReplaceAfter { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// After how long waiting ends with <see cref="TransactionTimedOutException"/>. Default 5 min. The transaction may
    /// still be mined afterwards.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(5);
}

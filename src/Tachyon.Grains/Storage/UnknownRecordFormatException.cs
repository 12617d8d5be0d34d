namespace Tachyon.Grains.Storage;

/// <summary>
/// A stored record, or a whole database, has a format that this version does not know: most likely a newer version
/// wrote it. It is left as it is.
/// </summary>
[GenerateSerializer, Alias("tachyon.UnknownRecordFormatException")]
public sealed class UnknownRecordFormatException : Exception
{
    /// <summary>Names what was found and what is known.</summary>
    public UnknownRecordFormatException(string what, int actual, int newestKnown)
        : base($"{what} has format {actual}; this version knows formats up to {newestKnown}. Nothing was changed. Run the version that wrote it, or a newer one.")
    {
        Actual = actual;
        NewestKnown = newestKnown;
    }

    /// <summary>The format found.</summary>
    [Id(0)]
    public int Actual { get; private set; }

    /// <summary>The newest format known here.</summary>
    [Id(1)]
    public int NewestKnown { get; private set; }
}

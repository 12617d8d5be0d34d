namespace Tachyon.Grains.Storage;

/// <summary>
/// A stored record, or a whole database, has a format that this version does not know: most likely a newer version
/// wrote it. It is left as it is.
/// </summary>
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
    public int Actual { get; }

    /// <summary>The newest format known here.</summary>
    public int NewestKnown { get; }
}

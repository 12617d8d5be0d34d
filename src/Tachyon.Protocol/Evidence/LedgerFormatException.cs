namespace Tachyon.Protocol.Evidence;

/// <summary>Stored bytes are no ledger record or state: damaged, or of a version that this build does not know.</summary>
/// <remarks>A node that meets it must not go on with the channel: it could sign below what it has signed before.</remarks>
public sealed class LedgerFormatException : Exception
{
    internal LedgerFormatException(string message)
        : base(message)
    {
    }
}

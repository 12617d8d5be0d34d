namespace Tachyon.EdgeTunnel.Journal.Log;

/// <summary>A file of fixed length, all of whose blocks the disk has given already.</summary>
/// <remarks>Its one user serialises. Failures are <see cref="IOException"/>, after which nothing is known of what was written since the last sync.</remarks>
internal interface ILogFile : IDisposable
{
    /// <summary>Its length; what lies in it is zero until it is written.</summary>
    int LengthBytes { get; }

    /// <summary>Reads all of it.</summary>
    void Read(Span<byte> content);

    /// <summary>
    /// Writes a part: whole slots, from memory that is aligned as they are. Until <see cref="Sync"/> a crash of the machine may leave any of
    /// its sectors old or new.
    /// </summary>
    void Write(int offset, ReadOnlySpan<byte> content);

    /// <summary>Returns when everything written is on the disk.</summary>
    void Sync();
}

namespace Tachyon.Protocol.Sessions;

/// <summary>A node's side of the channel that a session serves. The numbers are on the wire and in digests.</summary>
public enum SessionRole : byte
{
    /// <summary>No role; refused everywhere.</summary>
    None = 0,

    /// <summary>The channel's consumer.</summary>
    Consumer = 1,

    /// <summary>The channel's provider.</summary>
    Provider = 2,
}

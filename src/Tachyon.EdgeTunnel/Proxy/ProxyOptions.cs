using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Tachyon.EdgeTunnel.Proxy;

/// <summary>How the local proxy is offered.</summary>
internal sealed record ProxyOptions
{
    /// <summary>Where it listens; port 0 lets the system choose.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 1080);

    /// <summary>What clients must present, or null to let every local client in.</summary>
    public ProxyCredentials? Credentials { get; init; }

    /// <summary>How long a client may take to say what it wants.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the exit may take to connect.</summary>
    public TimeSpan OpenTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most clients that may be without a stream at once; of those that have not said what they want, the oldest makes room.</summary>
    public int MaxNegotiating { get; init; } = 512;

    /// <summary>Most UDP associations at once.</summary>
    public int MaxAssociations { get; init; } = 256;
}

/// <summary>User and password of the local proxy.</summary>
internal sealed record ProxyCredentials(string User, string Password)
{
    /// <summary>Whether these are the ones, in a time that tells nothing.</summary>
    public bool Match(ReadOnlySpan<byte> user, ReadOnlySpan<byte> password) => Same(user, User) & Same(password, Password);

    // Hashed first, so that neither length nor content shows in the time it takes.
    private static bool Same(ReadOnlySpan<byte> given, string expected)
    {
        Span<byte> hashes = stackalloc byte[2 * SHA256.HashSizeInBytes];
        SHA256.HashData(given, hashes);
        SHA256.HashData(Encoding.UTF8.GetBytes(expected), hashes[SHA256.HashSizeInBytes..]);
        return CryptographicOperations.FixedTimeEquals(hashes[..SHA256.HashSizeInBytes], hashes[SHA256.HashSizeInBytes..]);
    }
}

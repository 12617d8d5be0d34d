using System.Net;

namespace Orleans.Runtime;

/// <summary>A silo's endpoint and generation, so that a restarted silo is another one.</summary>
[GenerateSerializer, Immutable, Alias("Orleans.Runtime.SiloAddress")]
public sealed class SiloAddress : IEquatable<SiloAddress>, IComparable<SiloAddress>
{
    private static int s_generation;

    private SiloAddress(IPEndPoint endpoint, int generation)
    {
        Endpoint = endpoint;
        Generation = generation;
    }

    public static SiloAddress Zero { get; } = New(new IPEndPoint(IPAddress.Any, 0), 0);

    [Id(0)]
    public IPEndPoint Endpoint { get; }

    [Id(1)]
    public int Generation { get; }

    public bool IsClient => Generation < 0;

    public static SiloAddress New(IPEndPoint ep, int gen) => new(ep, gen);

    public static SiloAddress New(IPAddress address, int port, int generation) => new(new IPEndPoint(address, port), generation);

    /// <summary>Seconds since 2022, made unique within the process.</summary>
    public static int AllocateNewGeneration()
    {
        int now = (int)((DateTime.UtcNow.Ticks - new DateTime(2022, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks) / TimeSpan.TicksPerSecond);
        int seen;
        int next;
        do
        {
            seen = Volatile.Read(ref s_generation);
            next = Math.Max(seen + 1, now);
        }
        while (Interlocked.CompareExchange(ref s_generation, next, seen) != seen);

        return next;
    }

    public int GetConsistentHashCode() => unchecked((int)StableHash.ComputeHash(ToString()));

    public string ToParsableString() => $"{Endpoint.Address}:{Endpoint.Port}@{Generation}";

    public static SiloAddress FromParsableString(string addr)
    {
        int at = addr.LastIndexOf('@');
        return New(IPEndPoint.Parse(addr[..at]), int.Parse(addr[(at + 1)..]));
    }

    public bool Equals(SiloAddress? other) => other is not null && Generation == other.Generation && Endpoint.Equals(other.Endpoint);

    public override bool Equals(object? obj) => Equals(obj as SiloAddress);

    public override int GetHashCode() => HashCode.Combine(Endpoint, Generation);

    public int CompareTo(SiloAddress? other) => other is null ? 1 : string.CompareOrdinal(ToParsableString(), other.ToParsableString());

    public override string ToString() => $"S{Endpoint.Address}:{Endpoint.Port}:{Generation}";
}

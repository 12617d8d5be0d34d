using System.Buffers.Binary;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Routes;

/// <summary>What lets an exit recognise a route's traffic without knowing the consumer (protocol, Routes, 4).</summary>
public static class RouteTag
{
    /// <summary>Bytes of a route's public key, compressed.</summary>
    public const int RouteKeyLength = 33;

    /// <summary>The tag of a route, with the key's compressed form.</summary>
    public static Bytes32 Of(Address consumer, ulong timestampMs, Bytes32 random, PublicKey routeKey)
    {
        Span<byte> compressed = stackalloc byte[RouteKeyLength];
        routeKey.CompressTo(compressed);
        return Of(consumer, timestampMs, random, compressed);
    }

    /// <summary>
    /// keccak256(A as 20 bytes ‖ uint64 ms, big-endian ‖ 32 random bytes ‖ route public key, 33 bytes).
    /// </summary>
    /// <exception cref="ArgumentException">The route key is not of 33 bytes.</exception>
    public static Bytes32 Of(Address consumer, ulong timestampMs, Bytes32 random, ReadOnlySpan<byte> routePublicKey)
    {
        if (routePublicKey.Length != RouteKeyLength)
        {
            throw new ArgumentException(
                $"A route's public key has {RouteKeyLength} bytes, not {routePublicKey.Length}.", nameof(routePublicKey));
        }

        Span<byte> input = stackalloc byte[Address.Length + sizeof(ulong) + Bytes32.Length + RouteKeyLength];
        consumer.CopyTo(input);
        BinaryPrimitives.WriteUInt64BigEndian(input[Address.Length..], timestampMs);
        random.CopyTo(input[(Address.Length + sizeof(ulong))..]);
        routePublicKey.CopyTo(input[(Address.Length + sizeof(ulong) + Bytes32.Length)..]);
        return Keccak256.Hash(input);
    }
}

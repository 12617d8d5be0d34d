using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using System.Text.Unicode;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Signing;

namespace Tachyon.Protocol.Gateway;

/// <summary>
/// Takes the fields of a message in order. The first fault sticks and every later field reads as a zero value, so that
/// message parsers are straight lines and look at <see cref="Failed"/> once, before they build anything.
/// </summary>
internal ref struct GatewayReader(ReadOnlySpan<byte> body)
{
    private static readonly byte[] Zeros = new byte[256];

    private ReadOnlySpan<byte> _rest = body;

    public GatewayDecodeFault Fault { get; private set; }

    public readonly bool Failed => Fault != GatewayDecodeFault.None;

    public void Fail(GatewayDecodeFault fault)
    {
        if (!Failed)
        {
            Fault = fault;
            _rest = default;
        }
    }

    public byte U8() => Take(1)[0];

    public ushort U16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint U32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public bool Flag()
    {
        var value = U8();
        if (value > 1)
        {
            Fail(GatewayDecodeFault.BadValue);
        }

        return value == 1;
    }

    /// <summary>A count in one byte, from <paramref name="least"/> to <paramref name="most"/>; 0 after a fault.</summary>
    public int Count(int least, int most)
    {
        int count = U8();
        if (!Failed && (count < least || count > most))
        {
            Fail(GatewayDecodeFault.BadValue);
        }

        return Failed ? 0 : count;
    }

    /// <summary>A named value of a byte-sized enum, not the zero that stands for none.</summary>
    public T Enum<T>()
        where T : struct, Enum
    {
        var value = EnumOrNone<T>();
        if (!Failed && EqualityComparer<T>.Default.Equals(value, default))
        {
            Fail(GatewayDecodeFault.BadValue);
        }

        return value;
    }

    /// <summary>A named value of a byte-sized enum, zero included.</summary>
    public T EnumOrNone<T>()
        where T : struct, Enum
    {
        var value = (T)System.Enum.ToObject(typeof(T), U8());
        if (!Failed && !System.Enum.IsDefined(value))
        {
            Fail(GatewayDecodeFault.BadValue);
        }

        return Failed ? default : value;
    }

    /// <summary>UTF-8 behind its length in 16 bits.</summary>
    public string Text(int maxBytes)
    {
        int length = U16();
        if (!Failed && length > maxBytes)
        {
            Fail(GatewayDecodeFault.BadValue);
        }

        if (Failed)
        {
            return "";
        }

        var bytes = Take(length);
        if (Failed)
        {
            return "";
        }

        if (!Utf8.IsValid(bytes))
        {
            Fail(GatewayDecodeFault.BadValue);
            return "";
        }

        return Encoding.UTF8.GetString(bytes);
    }

    public Address Address() => Identity.Address.FromBytes(Take(Identity.Address.Length));

    public Bytes32 Bytes32() => Identity.Bytes32.FromBytes(Take(Identity.Bytes32.Length));

    public ChannelId ChannelId() => new(Bytes32());

    /// <summary>Any 65 bytes: whether they are a signature, and whose, is for the receiver to judge.</summary>
    public Signature Signature() => Signing.Signature.FromBytes(Take(Signing.Signature.Length));

    /// <summary>Any 64 bytes, x ‖ y: whether they are a point of the curve is for whoever checks signatures.</summary>
    public PublicKey PublicKey() => Signing.PublicKey.FromBytes(Take(Signing.PublicKey.Length));

    public TokenAmount Amount() => new(new BigInteger(Take(Identity.Bytes32.Length), isUnsigned: true, isBigEndian: true));

    public Eip712Domain? Domain()
    {
        var chainId = U64();
        var contract = Address();
        return Failed ? null : new Eip712Domain(chainId, contract);
    }

    /// <summary>Terms that a channel may be opened under; others are a bad value.</summary>
    public Terms? Terms()
    {
        var consumer = Address();
        var provider = Address();
        var capacityBytes = U64();
        var pricePerMB = Amount();
        var tolerancePpm = U32();
        var kind = (ChannelKind)U8();
        var salt = Bytes32();
        if (Failed)
        {
            return null;
        }

        var terms = new Terms(consumer, provider, capacityBytes, pricePerMB, tolerancePpm, kind, salt);
        if (terms.Validate() is not null)
        {
            Fail(GatewayDecodeFault.BadValue);
            return null;
        }

        return terms;
    }

    public Closure? Closure()
    {
        var channelId = ChannelId();
        var bytesUsed = U64();
        var validUntilSeconds = U64();
        return Failed ? null : new Closure(channelId, bytesUsed, validUntilSeconds);
    }

    public SignedClosure? SignedClosure()
    {
        var closure = Closure();
        var signature = Signature();
        return Failed ? null : new SignedClosure(closure!, signature);
    }

    /// <summary>To be called behind the last field.</summary>
    public void End()
    {
        if (_rest.Length > 0)
        {
            Fail(GatewayDecodeFault.TrailingBytes);
        }
    }

    /// <summary>The next bytes; zeros of the same length after a fault, so that no caller has to look. At most 256.</summary>
    private ReadOnlySpan<byte> Take(int length)
    {
        if (_rest.Length < length)
        {
            Fail(GatewayDecodeFault.Truncated);
        }

        if (Failed)
        {
            return Zeros.AsSpan(0, Math.Min(length, Zeros.Length));
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}

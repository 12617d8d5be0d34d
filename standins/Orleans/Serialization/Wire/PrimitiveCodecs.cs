using System.Net;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StandIns.OrleansRuntime.Wire;

/// <summary>Types whose bytes in memory are their encoding.</summary>
internal sealed class FixedCodec<T> : Codec<T>
    where T : unmanaged
{
    public override bool IsImmutable => true;

    public override bool IsShared => true;

    public override void Write(WireWriter writer, T value) => MemoryMarshal.Write(writer.Take(Unsafe.SizeOf<T>()), in value);

    public override T Read(WireReader reader) => MemoryMarshal.Read<T>(reader.Take(Unsafe.SizeOf<T>()));
}

/// <summary>Whole numbers of up to 64 bits, and enums of them.</summary>
internal sealed class VarCodec<T> : Codec<T>
    where T : unmanaged
{
    public override bool IsImmutable => true;

    public override bool IsShared => true;

    public override bool IsVar => true;

    public override void Write(WireWriter writer, T value)
    {
        ulong bits = 0;
        Unsafe.As<ulong, T>(ref bits) = value;
        writer.Var(bits);
    }

    public override T Read(WireReader reader)
    {
        ulong bits = reader.Var();
        return Unsafe.As<ulong, T>(ref bits);
    }
}

/// <summary>Types that are a run of bytes or a text, by two functions.</summary>
internal sealed class ConvertedCodec<T>(Action<WireWriter, T> write, Func<WireReader, T> read, bool isImmutable = true) : Codec<T>
{
    public override bool IsImmutable => isImmutable;

    public override bool IsShared => isImmutable;

    public override void Write(WireWriter writer, T value) => write(writer, value);

    public override T Read(WireReader reader) => read(reader);
}

/// <summary>Reference types by the same, with null told apart.</summary>
internal sealed class NullableClassCodec<T>(Action<WireWriter, T> write, Func<WireReader, T> read, bool isImmutable = true) : Codec<T?>
    where T : class
{
    public override bool IsImmutable => isImmutable;

    public override bool IsShared => isImmutable;

    public override void Write(WireWriter writer, T? value)
    {
        writer.Byte(value is null ? (byte)0 : (byte)1);
        if (value is not null)
        {
            write(writer, value);
        }
    }

    public override T? Read(WireReader reader) => reader.Byte() == 0 ? null : read(reader);
}

internal sealed class NullableCodec<T>(Codec<T> inner) : Codec<T?>
    where T : struct
{
    public override bool IsImmutable => inner.IsImmutable;

    public override bool IsShared => inner.IsShared;

    public override void Write(WireWriter writer, T? value)
    {
        writer.Byte(value is null ? (byte)0 : (byte)1);
        if (value is { } present)
        {
            inner.Write(writer, present);
        }
    }

    public override T? Read(WireReader reader) => reader.Byte() == 0 ? null : inner.Read(reader);
}

internal static class PrimitiveCodecs
{
    public static IEnumerable<Codec> All()
    {
        yield return new VarCodec<bool>();
        yield return new VarCodec<byte>();
        yield return new VarCodec<sbyte>();
        yield return new VarCodec<short>();
        yield return new VarCodec<ushort>();
        yield return new VarCodec<int>();
        yield return new VarCodec<uint>();
        yield return new VarCodec<long>();
        yield return new VarCodec<ulong>();
        yield return new VarCodec<char>();
        yield return new FixedCodec<float>();
        yield return new FixedCodec<double>();
        yield return new FixedCodec<decimal>();
        yield return new FixedCodec<Half>();
        yield return new FixedCodec<Int128>();
        yield return new FixedCodec<UInt128>();
        yield return new FixedCodec<Guid>();
        yield return new FixedCodec<TimeSpan>();
        yield return new FixedCodec<DateOnly>();
        yield return new FixedCodec<TimeOnly>();
        yield return new ConvertedCodec<DateTime>((w, v) => w.Var((ulong)v.ToBinary()), r => DateTime.FromBinary((long)r.Var()));
        yield return new ConvertedCodec<DateTimeOffset>(
            (w, v) =>
            {
                w.Var((ulong)v.Ticks);
                w.Var((ulong)v.Offset.Ticks);
            },
            r => new DateTimeOffset((long)r.Var(), new TimeSpan((long)r.Var())));
        yield return new ConvertedCodec<BigInteger>((w, v) => Run(w, v.ToByteArray()), r => new BigInteger(r.Take(r.Count())));
        yield return new ConvertedCodec<Memory<byte>>((w, v) => Run(w, v.Span), r => r.Take(r.Count()).ToArray(), false);
        yield return new ConvertedCodec<ReadOnlyMemory<byte>>((w, v) => Run(w, v.Span), r => r.Take(r.Count()).ToArray(), false);
        yield return new NullableClassCodec<string>((w, v) => w.Text(v), r => r.Text());
        yield return new NullableClassCodec<byte[]>((w, v) => Run(w, v), r => r.Take(r.Count()).ToArray(), false);
        yield return new NullableClassCodec<Uri>((w, v) => w.Text(v.OriginalString), r => new Uri(r.Text(), UriKind.RelativeOrAbsolute));
        yield return new NullableClassCodec<Version>((w, v) => w.Text(v.ToString()), r => Version.Parse(r.Text()));
        yield return new NullableClassCodec<IPAddress>((w, v) => w.Text(v.ToString()), r => IPAddress.Parse(r.Text()));
        yield return new NullableClassCodec<IPEndPoint>((w, v) => w.Text(v.ToString()), r => IPEndPoint.Parse(r.Text()));
    }

    public static Codec ForEnum(Type type) => (Codec)Activator.CreateInstance(typeof(VarCodec<>).MakeGenericType(type))!;

    private static void Run(WireWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.Var((ulong)bytes.Length);
        writer.Bytes(bytes);
    }
}

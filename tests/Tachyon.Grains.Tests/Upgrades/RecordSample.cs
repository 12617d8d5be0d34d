using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using Tachyon.Grains.Proxies;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Routes;

namespace Tachyon.Grains.Tests.Upgrades;

/// <summary>
/// Makes a record in which every member holds something, no two the same, so that one that is lost, or read as another, is
/// seen. The same type gives the same record each time.
/// </summary>
internal sealed class RecordSample
{
    private const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const int ArrayLength = 2;

    private readonly Dictionary<Type, Func<object>> _known;
    private int _count;

    private RecordSample() => _known = new()
    {
        [typeof(bool)] = () => true,
        [typeof(byte)] = () => (byte)(Next() % 200),
        [typeof(int)] = () => Next(),
        [typeof(uint)] = () => (uint)Next(),
        [typeof(long)] = () => (long)Next() << 33,
        [typeof(ulong)] = () => (ulong)Next() << 33,
        [typeof(string)] = () => $"text {Next()}",
        [typeof(byte[])] = () => Block(12),
        [typeof(BigInteger)] = () => new BigInteger(Block(20), isUnsigned: true),
        [typeof(Address)] = () => Address.FromBytes(Block(Address.Length)),
        [typeof(Bytes32)] = () => Word(),
        [typeof(ChannelId)] = () => new ChannelId(Word()),
        [typeof(TokenAmount)] = () => new TokenAmount(new BigInteger(Block(15), isUnsigned: true)),
        [typeof(Signature)] = () => Sign(),
        [typeof(Terms)] = () => new Terms(
            Get<Address>(), Get<Address>(), Get<ulong>(), Get<TokenAmount>(), Get<uint>(), ChannelKind.Lock, Word()),
        [typeof(SignedUnit)] = () => Unit(),
        [typeof(SignedClosure)] = () => new SignedClosure(new Closure(Get<ChannelId>(), Get<ulong>(), Get<ulong>()), Sign()),
        [typeof(Contradiction)] = () => new Contradiction(ContradictionKind.HigherIndexFewerBytes, Unit(), Unit()),
        [typeof(SignedBlacklisting)] = () => new SignedBlacklisting(
            new Blacklisting(Get<Address>(), Get<Address>(), Get<ChannelId>(), 1, Get<ulong>(), true, Word()), Sign()),
    };

    public static object Of(Type type) => new RecordSample().Make(type, member: null);

    private object Make(Type type, PropertyInfo? member)
    {
        if (member?.DeclaringType == typeof(ProxyRecord) && type == typeof(byte[]))
        {
            return RouteStateCodec.Encode(new LockState(Chain(), IsEnding: true, [new LockShare(Get<ChannelId>(), Get<ulong>(), Get<ulong>())]));
        }

        if (member?.DeclaringType == typeof(PoolHead) && type == typeof(byte[]))
        {
            return RouteStateCodec.Encode(Chain());
        }

        type = Nullable.GetUnderlyingType(type) ?? type;
        if (_known.TryGetValue(type, out Func<object>? known))
        {
            return known();
        }

        if (type.IsEnum)
        {
            object[] numbers = [.. Enum.GetValues(type).Cast<object>()];
            return numbers[1 + (Next() % (numbers.Length - 1))];
        }

        if (type.IsArray)
        {
            var items = Array.CreateInstance(type.GetElementType()!, ArrayLength);
            for (int i = 0; i < ArrayLength; i++)
            {
                items.SetValue(Make(type.GetElementType()!, member: null), i);
            }

            return items;
        }

        return Fill(type);
    }

    private object Fill(Type type)
    {
        PropertyInfo[] stored = [.. type.GetProperties(Members).Where(property => property.IsDefined(typeof(IdAttribute)))];
        Assert.True(stored.Length > 0, $"{type} has no member that is stored: say above how a sample of it is made.");
        object record = RuntimeHelpers.GetUninitializedObject(type);
        foreach (PropertyInfo property in stored)
        {
            property.SetValue(record, Make(property.PropertyType, property));
        }

        return record;
    }

    private ChainState Chain() => new(
        Get<ulong>(), LedgerPhase.Serving, Unit(), Unit(), Word(), Get<ulong>(), Get<ulong>(), Get<ulong>(), Get<SignedClosure>(), null, []);

    private SignedUnit Unit() => new(
        new UsageUnit(Get<ChannelId>(), Get<ulong>(), Get<ulong>(), Get<Address>(), Get<Address>(), Get<ulong>(), Word()), Sign());

    private Signature Sign() => new(Word(), Word(), (byte)(27 + (Next() % 2)));

    private Bytes32 Word() => Bytes32.FromBytes(Block(Bytes32.Length));

    private byte[] Block(int length)
    {
        int first = Next();
        return [.. Enumerable.Range(0, length).Select(i => (byte)(1 + ((first + i) % 255)))];
    }

    private T Get<T>() => (T)_known[typeof(T)]();

    private int Next() => ++_count;
}

using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Digests;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Signing;

/// <summary>Every message against an encoder that works from the type's text alone, with another Keccak.</summary>
public partial class TypedDataTests
{
    private static readonly Bytes32 Hash = Keccak256.HashText("hash");
    private static readonly ChannelId Channel = new(Keccak256.HashText("channel"));
    private static readonly Address One = TestKeys.Consumer.Address;
    private static readonly Address Other = TestKeys.Provider.Address;

    public static TheoryData<string, object[]> Messages() => new()
    {
        { "Terms(address consumer,address provider,uint64 capacity,uint96 pricePerMB,uint32 tolerance,uint8 kind,bytes32 salt)",
            [new Terms(One, Other, 5_000, TokenAmount.MaxPrice, 77, ChannelKind.Lock, Hash), One, Other, 5_000UL, TokenAmount.MaxPrice.BaseUnits, 77UL, 2UL, Hash] },
        { "UsageUnit(bytes32 channelId,uint64 index,uint64 bytesUsed,address consumer,address provider,uint64 timestamp,bytes32 counterUnit)",
            [new UsageUnit(Channel, 1, ulong.MaxValue, One, Other, 3, Hash), Channel.Value, 1UL, ulong.MaxValue, One, Other, 3UL, Hash] },
        { "Closure(bytes32 channelId,uint64 bytesUsed,uint64 validUntil)", [new Closure(Channel, 1, 2), Channel.Value, 1UL, 2UL] },
        { "Acceptance(bytes32 channelId,uint64 expiry)", [new Acceptance(Channel, 1), Channel.Value, 1UL] },
        { "Open(bytes32 channelId,uint64 validUntil)", [new Open(Channel, 1), Channel.Value, 1UL] },
        { "Confirm(bytes32 channelId,uint64 validUntil)", [new Confirm(Channel, 1), Channel.Value, 1UL] },
        { "Decline(bytes32 channelId,uint64 validUntil)", [new Decline(Channel, 1), Channel.Value, 1UL] },
        { "Close(bytes32 channelId,uint64 validUntil)", [new Close(Channel, 1), Channel.Value, 1UL] },
        { "TopUp(bytes32 channelId,uint64 newCapacity,uint64 validUntil)", [new TopUp(Channel, 1, 2), Channel.Value, 1UL, 2UL] },
        { "TagCredit(bytes32 channelId,bytes32 tag,uint64 bytesUsed)", [new TagCredit(Channel, Hash, 1), Channel.Value, Hash, 1UL] },
        { "TagCount(bytes32 channelId,bytes32 tag,uint64 index,uint64 bytesUsed,uint64 timestamp)",
            [new TagCount(Channel, Hash, 1, 2, 3), Channel.Value, Hash, 1UL, 2UL, 3UL] },
        { "Blacklisting(address issuer,address subject,bytes32 channelId,uint8 reason,uint64 timestamp,bool revoked,bytes32 evidence)",
            [new Blacklisting(One, Other, Channel, 1, 2, true, Hash), One, Other, Channel.Value, 1UL, 2UL, 1UL, Hash] },
        { "SessionAuth(address node,address peer,bytes32 ownCertificate,bytes32 peerCertificate,bytes32 channelId,uint8 role)",
            [new SessionAuth(One, Other, Hash, Bytes32.Zero, Channel, SessionRole.Provider), One, Other, Hash, Bytes32.Zero, Channel.Value, 2UL] },
        { "ExitAuth(address exit,bytes32 ownCertificate,bytes32 peerCertificate)", [new ExitAuth(One, Hash, Bytes32.Zero), One, Hash, Bytes32.Zero] },
        { "RouteAuth(address exit,bytes32 tag,bytes32 ownCertificate,bytes32 peerCertificate)",
            [new RouteAuth(One, Channel.Value, Hash, Bytes32.Zero), One, Channel.Value, Hash, Bytes32.Zero] },
        { "GatewayAuth(address node,bytes32 nonce,string gateway,uint64 timestamp)",
            [new GatewayAuth(One, Hash, "silo.example:443", 4), One, Hash, "silo.example:443", 4UL] },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Message_OfEachType_HashesAsEip712Says(string type, object[] messageAndFields)
    {
        ArgumentNullException.ThrowIfNull(messageAndFields);
        var message = (ITypedMessage)messageAndFields[0];
        byte[] structHash = Keccak([.. Keccak(Encoding.ASCII.GetBytes(type)), .. messageAndFields.Skip(1).SelectMany(Word)]);
        Assert.Equal(structHash, TypedData.StructHash(message).ToArray());

        byte[] separator = Keccak(
        [
            .. Keccak("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"u8.ToArray()),
            .. Keccak("Tachyon"u8.ToArray()),
            .. Keccak("1"u8.ToArray()),
            .. Word(TestKeys.Domain.ChainId),
            .. Word(TestKeys.Domain.VerifyingContract),
        ]);
        Assert.Equal(Keccak([0x19, 0x01, .. separator, .. structHash]), TypedData.Digest(message, TestKeys.Domain).ToArray());
    }

    [Fact]
    public void Message_OfEveryTypeInTheProject_IsTestedHereUnderItsOwnName()
    {
        IEnumerable<string> types = typeof(ITypedMessage).Assembly.GetTypes()
            .Where(type => type.IsClass && typeof(ITypedMessage).IsAssignableFrom(type))
            .Select(type => type.Name).Order();
        IEnumerable<string> tested = Messages().Select(row => TypeName().Match((string)row[0]).Value).Order();
        Assert.Equal(types, tested);
    }

    [Fact]
    public void Digest_OfAUnit_AllocatesNothing()
    {
        var unit = new UsageUnit(Channel, 1, 2, One, Other, 3, Hash);
        _ = TypedData.Digest(unit, TestKeys.Domain);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            _ = TypedData.Digest(unit, TestKeys.Domain);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Amount_TooGreatForAWord_IsRefused()
    {
        Terms terms = TestKeys.Terms() with { PricePerMB = new TokenAmount(BigInteger.One << 256) };
        Assert.Throws<InvalidOperationException>(() => TypedData.StructHash(terms));
    }

    private static byte[] Word(object field)
    {
        byte[] bytes = field switch
        {
            Address address => address.ToArray(),
            Bytes32 value => value.ToArray(),
            string text => Keccak(Encoding.UTF8.GetBytes(text)),
            ulong number => new BigInteger(number).ToByteArray(isUnsigned: true, isBigEndian: true),
            BigInteger number => number.ToByteArray(isUnsigned: true, isBigEndian: true),
            _ => throw new ArgumentException($"No word for {field.GetType()}", nameof(field)),
        };
        return [.. new byte[32 - bytes.Length], .. bytes];
    }

    private static byte[] Keccak(byte[] data)
    {
        var digest = new KeccakDigest(256);
        digest.BlockUpdate(data, 0, data.Length);
        byte[] hash = new byte[32];
        digest.DoFinal(hash, 0);
        return hash;
    }

    [GeneratedRegex("^[A-Za-z]+")]
    private static partial Regex TypeName();
}

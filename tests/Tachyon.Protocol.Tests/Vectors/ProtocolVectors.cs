using System.Globalization;
using System.Text.Json.Nodes;
using Tachyon.Protocol.Amounts;
using Tachyon.Protocol.Channels;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Sessions;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>
/// The content of vectors/protocol-v1.json, which C# and forge both read. Numbers are decimal strings and bytes 0x hex.
/// Keys and inputs are fixed and signing is deterministic, so every build writes the same bytes.
/// </summary>
internal static class ProtocolVectors
{
    internal const ulong Time = 1_800_000_000;

    internal static readonly KeySigner Consumer = TestKeys.Key("tachyon vectors consumer");
    internal static readonly KeySigner Provider = TestKeys.Key("tachyon vectors provider");

    internal static readonly Eip712Domain Domain = TestKeys.Domain;

    internal static readonly Terms Direct = new(
        Consumer.Address, Provider.Address, 100_000_000, new TokenAmount(1_000_000_000_000_000), 10_000,
        ChannelKind.Direct, Keccak256.HashText("salt 1"));

    private static readonly Terms[] AllTerms =
    [
        Direct,
        Direct with { Kind = ChannelKind.Lock, Salt = Keccak256.HashText("salt 2") },
        Direct with { CapacityBytes = 1_000, PricePerMB = new TokenAmount(1), TolerancePpm = 0, Salt = Bytes32.Zero },
        Direct with
        {
            CapacityBytes = ProtocolConstants.MaxCapacityBytes,
            PricePerMB = TokenAmount.MaxPrice,
            TolerancePpm = ProtocolConstants.MaxTolerancePpm,
            Kind = ChannelKind.Lock,
            Salt = Bytes32.Parse("0x" + new string('f', 64)),
        },
    ];

    internal static JsonObject Create()
    {
        JsonArray terms = [.. AllTerms.Select(TermsVector)];
        return new JsonObject
        {
            ["domain"] = new JsonObject
            {
                ["name"] = Eip712Domain.Name,
                ["version"] = Eip712Domain.Version,
                ["chainId"] = Number(Domain.ChainId),
                ["verifyingContract"] = Domain.VerifyingContract.ToString(),
                ["separator"] = Domain.Separator.ToString(),
            },
            ["keys"] = new JsonArray(
                KeyVector("consumer", "tachyon vectors consumer"), KeyVector("provider", "tachyon vectors provider")),
            ["terms"] = terms,
            ["prices"] = SettlementVectors.Prices(Direct),
            ["units"] = UnitVectors(),
            ["orders"] = OrderVectors(),
            ["topUps"] = new JsonArray(Signed("TopUp", new TopUp(Direct.ChannelId(Domain), 200_000_000, Time), Consumer, m =>
            [
                ("channelId", m.ChannelId.ToString()),
                ("newCapacity", Number(m.NewCapacityBytes)),
                ("validUntil", Number(m.ValidUntilSeconds)),
            ])),
            ["closures"] = ClosureVectors(),
            ["sessionAuths"] = SessionVectors(),
            ["gatewayAuths"] = new JsonArray(Signed(
                "GatewayAuth", new GatewayAuth(Provider.Address, Keccak256.HashText("nonce"), "silo.example:443", Time * 1_000), Provider, m =>
                [
                    ("node", m.Node.ToString()),
                    ("nonce", m.Nonce.ToString()),
                    ("gateway", m.Gateway),
                    ("timestamp", Number(m.TimestampMs)),
                ])),
            ["tagCredits"] = new JsonArray(Signed(
                "TagCredit", new TagCredit(Direct.ChannelId(Domain), Keccak256.HashText("tag"), 10_000_000), Consumer, m =>
                [
                    ("channelId", m.ChannelId.ToString()), ("tag", m.Tag.ToString()), ("bytesUsed", Number(m.BytesUsed)),
                ])),
            ["tagCounts"] = new JsonArray(Signed(
                "TagCount", new TagCount(Direct.ChannelId(Domain), Keccak256.HashText("tag"), 3, 9_999_000, Time * 1_000), Provider, m =>
                [
                    ("channelId", m.ChannelId.ToString()),
                    ("tag", m.Tag.ToString()),
                    ("index", Number(m.Index)),
                    ("bytesUsed", Number(m.BytesUsed)),
                    ("timestamp", Number(m.TimestampMs)),
                ])),
            ["blacklistings"] = BlacklistingVectors(),
            ["settlements"] = SettlementVectors.Settlements(Direct),
            ["badSignatures"] = BadSignatureVectors.Create(Direct.ChannelId(Domain), Provider, Domain),
        };
    }

    internal static string Number(ulong value) => value.ToString(CultureInfo.InvariantCulture);

    private static JsonObject KeyVector(string name, string seed) => new()
    {
        ["name"] = name,
        ["privateKey"] = Keccak256.HashText(seed).ToString(),
        ["address"] = TestKeys.Key(seed).Address.ToString(),
    };

    private static JsonObject TermsVector(Terms terms) => new JsonObject
    {
        ["consumer"] = terms.Consumer.ToString(),
        ["provider"] = terms.Provider.ToString(),
        ["capacity"] = Number(terms.CapacityBytes),
        ["pricePerMB"] = terms.PricePerMB.ToString(),
        ["tolerance"] = Number(terms.TolerancePpm),
        ["kind"] = Number((byte)terms.Kind),
        ["salt"] = terms.Salt.ToString(),
        ["structHash"] = TypedData.StructHash(terms).ToString(),
        ["channelId"] = terms.ChannelId(Domain).ToString(),
        ["deposit"] = terms.Deposit(terms.CapacityBytes).ToString(),
    };

    private static JsonArray UnitVectors()
    {
        ChannelId channel = Direct.ChannelId(Domain);
        UsageUnit first = new(channel, 1, 1_000, Consumer.Address, Provider.Address, Time * 1_000, Bytes32.Zero);
        UsageUnit answer = first with { TimestampMs = first.TimestampMs + 20, CounterUnit = first.StructHash() };
        UsageUnit second = first with
        {
            Index = 2, BytesUsed = 5_000_000, TimestampMs = first.TimestampMs + 1_000, CounterUnit = answer.StructHash(),
        };
        UsageUnit greatest = first with
        {
            Index = ulong.MaxValue,
            BytesUsed = ProtocolConstants.MaxCapacityBytes,
            TimestampMs = ulong.MaxValue,
            CounterUnit = Bytes32.Parse("0x" + new string('f', 64)),
        };
        return
        [
            UnitVector(first, Consumer), UnitVector(answer, Provider), UnitVector(second, Consumer),
            UnitVector(greatest, Consumer), UnitVector(greatest, Provider),
        ];
    }

    private static JsonObject UnitVector(UsageUnit unit, KeySigner signer) => Signed("UsageUnit", unit, signer, m =>
    [
        ("channelId", m.ChannelId.ToString()),
        ("index", Number(m.Index)),
        ("bytesUsed", Number(m.BytesUsed)),
        ("consumer", m.Consumer.ToString()),
        ("provider", m.Provider.ToString()),
        ("timestamp", Number(m.TimestampMs)),
        ("counterUnit", m.CounterUnit.ToString()),
    ]);

    /// <summary>The messages of a channel id and a time: orders for a relayer, and the acceptance, whose time is its expiry.</summary>
    private static JsonArray OrderVectors()
    {
        ChannelId channel = Direct.ChannelId(Domain);
        return
        [
            Signed("Open", new Open(channel, Time), Consumer, m => Order(m.ChannelId, m.ValidUntilSeconds)),
            Signed("Confirm", new Confirm(channel, Time), Provider, m => Order(m.ChannelId, m.ValidUntilSeconds)),
            Signed("Decline", new Decline(channel, Time), Provider, m => Order(m.ChannelId, m.ValidUntilSeconds)),
            Signed("Close", new Close(channel, Time), Consumer, m => Order(m.ChannelId, m.ValidUntilSeconds)),
            Signed("Close", new Close(channel, Time), Provider, m => Order(m.ChannelId, m.ValidUntilSeconds)),
            Signed("Acceptance", new Acceptance(channel, Time), Provider, m => Order(m.ChannelId, m.ExpirySeconds)),
        ];
    }

    private static (string, string)[] Order(ChannelId channelId, ulong time) =>
        [("channelId", channelId.ToString()), ("time", Number(time))];

    private static JsonArray ClosureVectors()
    {
        var closure = new Closure(Direct.ChannelId(Domain), 42_000, Time);
        (string, string)[] Fields(Closure m) =>
        [
            ("channelId", m.ChannelId.ToString()),
            ("bytesUsed", Number(m.BytesUsed)),
            ("validUntil", Number(m.ValidUntilSeconds)),
        ];
        return [Signed("Closure", closure, Consumer, Fields), Signed("Closure", closure, Provider, Fields)];
    }

    private static JsonArray SessionVectors()
    {
        ChannelId channel = Direct.ChannelId(Domain);
        Bytes32 consumerCertificate = Keccak256.HashText("consumer certificate");
        Bytes32 providerCertificate = Keccak256.HashText("provider certificate");
        SessionAuth byConsumer =
            SessionRules.Own(Direct, channel, SessionRole.Consumer, consumerCertificate, providerCertificate);
        SessionAuth byProvider =
            SessionRules.Own(Direct, channel, SessionRole.Provider, providerCertificate, consumerCertificate);
        (string, string)[] Fields(SessionAuth m) =>
        [
            ("node", m.Node.ToString()),
            ("peer", m.Peer.ToString()),
            ("ownCertificate", m.OwnCertificate.ToString()),
            ("peerCertificate", m.PeerCertificate.ToString()),
            ("channelId", m.ChannelId.ToString()),
            ("role", Number((byte)m.Role)),
        ];
        return [Signed("SessionAuth", byConsumer, Consumer, Fields), Signed("SessionAuth", byProvider, Provider, Fields)];
    }

    private static JsonArray BlacklistingVectors()
    {
        var stated = new Blacklisting(
            Consumer.Address, Provider.Address, Direct.ChannelId(Domain), 2, Time * 1_000, false, Keccak256.HashText("evidence"));
        (string, string)[] Fields(Blacklisting m) =>
        [
            ("issuer", m.Issuer.ToString()),
            ("subject", m.Subject.ToString()),
            ("channelId", m.ChannelId.ToString()),
            ("reason", Number(m.Reason)),
            ("timestamp", Number(m.TimestampMs)),
            ("revoked", m.Revoked ? "1" : "0"),
            ("evidence", m.Evidence.ToString()),
        ];
        return
        [
            Signed("Blacklisting", stated, Consumer, Fields),
            Signed("Blacklisting", stated with { Revoked = true, Evidence = Bytes32.Zero }, Consumer, Fields),
        ];
    }

    private static JsonObject Signed<TMessage>(
        string type, TMessage message, KeySigner signer, Func<TMessage, (string Name, string Value)[]> fields)
        where TMessage : ITypedMessage
    {
        var vector = new JsonObject { ["type"] = type };
        foreach ((string name, string value) in fields(message))
        {
            vector[name] = value;
        }

        vector["structHash"] = TypedData.StructHash(message).ToString();
        vector["digest"] = TypedData.Digest(message, Domain).ToString();
        vector["signature"] = signer.Sign(message, Domain).ToString();
        vector["signer"] = signer.Address.ToString();
        return vector;
    }
}

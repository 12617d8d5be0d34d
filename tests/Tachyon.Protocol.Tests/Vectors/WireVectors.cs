using System.Text.Json.Nodes;
using Tachyon.Protocol.Evidence;
using Tachyon.Protocol.Identity;
using Tachyon.Protocol.Matching;
using Tachyon.Protocol.Reputation;
using Tachyon.Protocol.Routes;
using Tachyon.Protocol.Signing;
using Tachyon.Protocol.Units;
using static Tachyon.Protocol.Tests.Vectors.ProtocolVectors;
using static Tachyon.Protocol.Tests.Vectors.WireSession;

namespace Tachyon.Protocol.Tests.Vectors;

/// <summary>
/// The content of vectors/wire-v1.json: what two nodes send each other, byte by byte, with all that the bytes come from.
/// Numbers are decimal strings and bytes 0x hex. The keys that sign are those of vectors/protocol-v1.json.
/// </summary>
internal static class WireVectors
{
    internal static JsonObject Create() => new()
    {
        ["session"] = new JsonObject
        {
            ["channelId"] = WireSession.ChannelId.ToString(),
            ["consumer"] = WireSession.Terms.Consumer.ToString(),
            ["provider"] = WireSession.Terms.Provider.ToString(),
            ["consumerCertificate"] = ConsumerCertificate.ToString(),
            ["providerCertificate"] = ProviderCertificate.ToString(),
            ["consumerSecret"] = ConsumerSecret.ToString(),
            ["providerSecret"] = ProviderSecret.ToString(),
        },
        ["path"] = new JsonObject
        {
            ["consumerReceiver"] = Number(ConsumerReceiver),
            ["providerReceiver"] = Number(ProviderReceiver),
            ["consumerSecret"] = ConsumerPathSecret.ToString(),
            ["providerSecret"] = ProviderPathSecret.ToString(),
        },
        ["frames"] = new JsonArray([.. WireFrames.All.Select(frame => new JsonObject
        {
            ["name"] = frame.Name,
            ["sender"] = frame.Sender.ToString(),
            ["kind"] = Number((byte)frame.Header.Kind),
            ["stream"] = Number(frame.Header.StreamId),
            ["payload"] = Hex(frame.Payload),
            ["bytes"] = Hex(frame.Bytes),
        })]),
        ["recordKeys"] = WireSealed.RecordKeys(),
        ["records"] = WireSealed.Records(),
        ["datagramKeys"] = WireSealed.DatagramKeys(),
        ["groups"] = WireSealed.Groups(),
        ["matches"] = new JsonArray(Match(null), Match(Keccak256.HashText("epoch seed"))),
        ["routeTags"] = new JsonArray(Tag()),
        ["evidence"] = new JsonArray(Evidence()),
    };

    private static JsonObject Match(Bytes32? epochSeed)
    {
        Address target = MatchTarget.For(Consumer.Address, epochSeed);
        var providers = Enumerable.Range(1, 5).Select(i => TestKeys.Key($"tachyon vectors provider {i}").Address)
            .Order(Comparer<Address>.Create((left, right) => XorMetric.Compare(target, left, right)));
        return new JsonObject
        {
            ["consumer"] = Consumer.Address.ToString(),
            ["epochSeed"] = epochSeed?.ToString(),
            ["target"] = target.ToString(),
            ["closestFirst"] = new JsonArray([.. providers.Select(provider => JsonValue.Create(provider.ToString()))]),
        };
    }

    private static JsonObject Tag()
    {
        Bytes32 random = Keccak256.HashText("random");
        byte[] routeKey = new byte[RouteTag.RouteKeyLength];
        TestKeys.Key("tachyon vectors route").PublicKey.CompressTo(routeKey);
        return new JsonObject
        {
            ["consumer"] = Consumer.Address.ToString(),
            ["timestamp"] = Number(Time * 1_000),
            ["random"] = random.ToString(),
            ["routeKey"] = Hex(routeKey),
            ["tag"] = RouteTag.Of(Consumer.Address, Time * 1_000, random, routeKey).ToString(),
        };
    }

    private static JsonObject Evidence()
    {
        SignedUnit other = SignedUnit.Sign(ConsumerUnit.Unit with { BytesUsed = 2_000 }, Consumer, Domain);
        var contradiction = new Contradiction(ContradictionKind.SameIndexTwoContents, ConsumerUnit, other);
        return new JsonObject
        {
            ["kind"] = Number((byte)contradiction.Kind),
            ["first"] = Hex(SignedUnitCodec.ToArray(contradiction.First)),
            ["second"] = Hex(SignedUnitCodec.ToArray(contradiction.Second)),
            ["hash"] = BlacklistingEvidence.HashOf(contradiction).ToString(),
        };
    }
}

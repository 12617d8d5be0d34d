using System.Text.Json;
using Nethereum.ABI.FunctionEncoding.Attributes;
using Nethereum.Contracts;
using Tachyon.Chain.Ethereum.Bindings;
using Tachyon.Testing;

namespace Tachyon.Chain.Tests.Ethereum;

/// <summary>The bindings name every event, error and call of the contract exactly as the artifact does.</summary>
public sealed class BindingsTests
{
    // OpenZeppelin's own, of which the contract makes no use.
    private static readonly string[] Inherited =
        ["EIP712DomainChanged()", "InvalidShortString()", "StringTooLong(string)", "eip712Domain()"];

    [Theory]
    [InlineData("event")]
    [InlineData("error")]
    [InlineData("function")]
    public void Bindings_OfThePaymentChannels_CoverTheArtifact(string kind)
    {
        var expected = Signatures(kind).Except(Inherited).Order();

        var bound = typeof(CallEncoder).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("Tachyon.Chain.Ethereum.Bindings", StringComparison.Ordinal) == true)
            .Select(type => SignatureHash(kind, type))
            .OfType<string>()
            .ToHashSet();
        Assert.All(expected, signature => Assert.Contains(Hash(signature, kind), bound));
    }

    [Fact]
    public void Refusals_EachErrorOfTheArtifact_IsDecodedToItsOwnRecord()
    {
        foreach (var signature in Signatures("error").Except(Inherited))
        {
            var selector = Convert.FromHexString(Hash(signature, "error"));
            var arguments = new byte[32 * 8];

            var refusal = RefusalDecoder.Decode([.. selector, .. arguments]);

            Assert.Equal(signature[..signature.IndexOf('(')], refusal.GetType().Name);
        }
    }

    private static IEnumerable<string> Signatures(string kind)
    {
        using var artifact = JsonDocument.Parse(
            File.ReadAllText(RepositoryRoot.Combine("contracts", "artifacts", "PaymentChannels.json")));
        return [.. artifact.RootElement.GetProperty("abi").EnumerateArray()
            .Where(item => item.GetProperty("type").GetString() == kind)
            .Select(item => item.GetProperty("name").GetString() + Types(item.GetProperty("inputs")))];
    }

    private static string Types(JsonElement parameters)
        => "(" + string.Join(",", parameters.EnumerateArray().Select(TypeOf)) + ")";

    private static string TypeOf(JsonElement parameter)
    {
        var type = parameter.GetProperty("type").GetString()!;
        return type.StartsWith("tuple", StringComparison.Ordinal)
            ? Types(parameter.GetProperty("components")) + type["tuple".Length..]
            : type;
    }

    private static string Hash(string signature, string kind)
    {
        var hash = Keccak256.HashText(signature).ToString()[2..];
        return kind == "event" ? hash : hash[..8];
    }

    private static string? SignatureHash(string kind, Type type) => kind switch
    {
        "event" when type.IsDefined(typeof(EventAttribute), false) => Generic(nameof(ABITypedRegistry.GetEvent), type),
        "function" when type.IsDefined(typeof(FunctionAttribute), false) => Generic(nameof(ABITypedRegistry.GetFunctionABI), type),
        "error" when type.IsDefined(typeof(ErrorAttribute), false) => ABITypedRegistry.GetError(type).Sha3Signature,
        _ => null,
    };

    private static string Generic(string method, Type type)
    {
        dynamic abi = typeof(ABITypedRegistry).GetMethods().Single(m => m.Name == method && m.IsGenericMethod)
            .MakeGenericMethod(type).Invoke(null, null)!;
        return abi.Sha3Signature;
    }
}

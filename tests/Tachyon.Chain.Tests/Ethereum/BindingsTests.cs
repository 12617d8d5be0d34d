using System.Reflection;
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

        var bound = Bindings(kind).Select(binding => binding.Hash).ToHashSet();
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

    [Fact]
    public void Views_OfThePaymentChannels_ReturnWhatTheArtifactSays()
    {
        using var artifact = Artifact();
        var views = Items(artifact, "function")
            .Where(item => item.GetProperty("stateMutability").GetString() is "view" or "pure")
            .ToDictionary(item => Hash(Signature(item), "function"), item => Types(item.GetProperty("outputs")));

        var bound = Bindings("function").Where(binding => views.ContainsKey(binding.Hash)).ToList();

        Assert.All(bound, binding => Assert.Equal(views[binding.Hash], Results(binding.Type)));
        Assert.Equal(views.Count - Inherited.Count(signature => views.ContainsKey(Hash(signature, "function"))), bound.Count);
    }

    [Fact]
    public void Events_OfThePaymentChannels_IndexTheFieldsThatTheArtifactIndexes()
    {
        using var artifact = Artifact();
        foreach (var item in Items(artifact, "event").Where(item => !Inherited.Contains(Signature(item))))
        {
            var fields = item.GetProperty("inputs").EnumerateArray()
                .Select(field => (field.GetProperty("name").GetString(), field.GetProperty("indexed").GetBoolean()));

            var binding = Assert.Single(Bindings("event"), binding => binding.Hash == Hash(Signature(item), "event"));

            Assert.Equal(fields, Parameters(binding.Type).Select(p => ((string?)p.Name, p.Parameter.Indexed)));
        }
    }

    private static IEnumerable<(Type Type, string Hash)> Bindings(string kind)
        => typeof(CallEncoder).Assembly.GetTypes()
            .Where(type => type.Namespace?.StartsWith("Tachyon.Chain.Ethereum.Bindings", StringComparison.Ordinal) == true)
            .Select(type => (type, SignatureHash(kind, type)))
            .Where(binding => binding.Item2 is not null)
            .Select(binding => (binding.type, binding.Item2!));

    private static string Results(Type message)
    {
        var function = message.GetCustomAttribute<FunctionAttribute>()!;
        return function.DTOReturnType is { } output ? Members(output) : $"({function.ReturnType})";
    }

    private static string Members(Type type)
        => "(" + string.Join(",", type.GetProperties()
            .Select(property => (Property: property, Parameter: property.GetCustomAttribute<ParameterAttribute>()))
            .Where(member => member.Parameter is not null)
            .OrderBy(member => member.Parameter!.Order)
            .Select(member => member.Parameter!.Type == "tuple" ? Members(member.Property.PropertyType) : member.Parameter.Type)) + ")";

    private static IEnumerable<ParameterAttribute> Parameters(Type type)
        => type.GetProperties().Select(property => property.GetCustomAttribute<ParameterAttribute>())
            .OfType<ParameterAttribute>().OrderBy(parameter => parameter.Order);

    private static JsonDocument Artifact()
        => JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("contracts", "artifacts", "PaymentChannels.json")));

    private static IEnumerable<JsonElement> Items(JsonDocument artifact, string kind)
        => artifact.RootElement.GetProperty("abi").EnumerateArray()
            .Where(item => item.GetProperty("type").GetString() == kind);

    private static string Signature(JsonElement item) => item.GetProperty("name").GetString() + Types(item.GetProperty("inputs"));

    private static IEnumerable<string> Signatures(string kind)
    {
        using var artifact = Artifact();
        return [.. Items(artifact, kind).Select(Signature)];
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

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tachyon.Chain;

/// <summary>
/// A deployment as JSON: {"chainId":31337,"token":"0x…","paymentChannels":"0x…","proxyRegistry":"0x…",
/// "deployedAtBlock":N,"faucet":"0x…"}. The faucet is optional; other members are ignored.
/// </summary>
internal static class DeploymentFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<Deployment> LoadAsync(string path, CancellationToken cancellation)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancellation);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentFileException(path, $"it cannot be read ({error.Message})", error);
        }

        try
        {
            var json = JsonNode.Parse(text) as JsonObject
                ?? throw new DeploymentFileException(path, "it is not a JSON object");
            return new Deployment(
                Number(path, json, "chainId"),
                RequiredAddress(path, json, "token"),
                RequiredAddress(path, json, "paymentChannels"),
                RequiredAddress(path, json, "proxyRegistry"),
                Number(path, json, "deployedAtBlock"),
                json["faucet"] is null ? null : RequiredAddress(path, json, "faucet"));
        }
        catch (JsonException error)
        {
            throw new DeploymentFileException(path, $"it is not JSON ({error.Message})", error);
        }
    }

    public static async Task SaveAsync(Deployment deployment, string path, CancellationToken cancellation)
    {
        var json = new JsonObject
        {
            ["chainId"] = deployment.ChainId,
            ["token"] = deployment.Token.ToString(),
            ["paymentChannels"] = deployment.PaymentChannels.ToString(),
            ["proxyRegistry"] = deployment.ProxyRegistry.ToString(),
            ["deployedAtBlock"] = deployment.DeployedAtBlock,
        };
        if (deployment.Faucet is { } faucet)
        {
            json["faucet"] = faucet.ToString();
        }

        var draft = path + ".tmp";
        try
        {
            await File.WriteAllTextAsync(draft, json.ToJsonString(Indented) + "\n", cancellation);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DeploymentFileException(path, $"it cannot be written ({error.Message})", error);
        }
    }

    private static ulong Number(string path, JsonObject json, string name)
        => json[name] is JsonValue value && value.TryGetValue<ulong>(out var number)
            ? number
            : throw new DeploymentFileException(path, $"\"{name}\" is not a whole number but {Shown(json[name])}");

    private static Address RequiredAddress(string path, JsonObject json, string name)
        => json[name] is JsonValue value && value.TryGetValue<string>(out var text) && Address.TryParse(text, out var address)
            ? address
            : throw new DeploymentFileException(path, $"\"{name}\" is not an address but {Shown(json[name])}");

    private static string Shown(JsonNode? node) => node?.ToJsonString() ?? "missing";
}

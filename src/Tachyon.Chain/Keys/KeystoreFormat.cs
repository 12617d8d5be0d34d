using System.Numerics;
using System.Text.Json;

namespace Tachyon.Chain.Keys;

/// <summary>
/// What a version 3 keystore must look like before Nethereum may open it. That library derives keys in unsafe code that
/// trusts the file's numbers: a cost that is no power of two writes beyond its buffers and takes the process down.
/// </summary>
internal static class KeystoreFormat
{
    private const int Version = 3;
    private const int DerivedKeyLength = 32;
    private const int CipherTextDigits = 64;

    // Bounds on what opening a file may cost: 1 GiB, and some seconds.
    private const long MaxScryptBytes = 1 << 30;
    private const int MaxScryptParallel = 16;
    private const int MaxPbkdf2Rounds = 10_000_000;

    /// <summary>What is wrong with the file, or null when it can be opened.</summary>
    public static string? FaultOf(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var crypto = Member(root, "crypto");
            var parameters = Member(crypto, "kdfparams");
            return root.GetProperty("version").GetInt32() != Version ? "its version is not 3"
                : Text(crypto, "cipher") != "aes-128-ctr" ? $"its cipher is {Text(crypto, "cipher")}, not aes-128-ctr"
                : !IsHex(crypto, "ciphertext", CipherTextDigits) ? "its ciphertext is not that of a key"
                : !IsHex(crypto, "mac", CipherTextDigits) ? "its mac is not 32 bytes"
                : !IsHex(Member(crypto, "cipherparams"), "iv", 32) ? "its iv is not 16 bytes"
                : !IsHex(parameters, "salt", null) ? "its salt is not hexadecimal"
                : parameters.GetProperty("dklen").GetInt32() != DerivedKeyLength ? "its derived key is not 32 bytes"
                : FaultOfKdf(Text(crypto, "kdf"), parameters);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return error.Message;
        }
    }

    private static string? FaultOfKdf(string? kdf, JsonElement parameters)
    {
        switch (kdf)
        {
            case "scrypt":
                var (n, r, p) = (Int(parameters, "n"), Int(parameters, "r"), Int(parameters, "p"));
                return n < 2 || !BitOperations.IsPow2(n) ? $"scrypt's n is {n}, not a power of two"
                    : r < 1 || p is < 1 or > MaxScryptParallel || 128L * r * n > MaxScryptBytes
                        ? $"scrypt's cost is out of bounds: n {n}, r {r}, p {p}"
                        : null;
            case "pbkdf2":
                var c = Int(parameters, "c");
                return Text(parameters, "prf") != "hmac-sha256" ? $"its prf is {Text(parameters, "prf")}, not hmac-sha256"
                    : c is < 1 or > MaxPbkdf2Rounds ? $"pbkdf2's cost is out of bounds: c {c}"
                    : null;
            default:
                return $"its key derivation is {kdf}, neither scrypt nor pbkdf2";
        }
    }

    // The definition writes "crypto", some old tools "Crypto".
    private static JsonElement Member(JsonElement element, string name)
        => element.ValueKind == JsonValueKind.Object
            && element.EnumerateObject().FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { Value.ValueKind: JsonValueKind.Object } member
            ? member.Value
            : throw new FormatException($"\"{name}\" is missing");

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static int Int(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static bool IsHex(JsonElement element, string name, int? digits)
        => Text(element, name) is { } text && text.All(char.IsAsciiHexDigit) && text.Length % 2 == 0 && text.Length == (digits ?? text.Length);
}

using System.CommandLine;
using System.Security.Cryptography;
using Tachyon.Chain.Keys;
using Tachyon.EdgeTunnel.Config;
using Tachyon.EdgeTunnel.Keys;
using Tachyon.Protocol.Identity;

namespace Tachyon.EdgeTunnel.Cli;

/// <summary><c>tachyon-edge keys new | import | show</c>.</summary>
internal static class KeysCommands
{
    // "0x", 64 digits, a line end and some room for a file that is clearly something else.
    private const int LongestKeyFileChars = 200;

    private static readonly Argument<string> KeyFile = new("FILE")
    {
        Description = "a file that holds the private key as 64 hexadecimal digits, or - for standard input; delete it afterwards",
    };

    private static readonly Option<bool> Light = new("--light")
    {
        Description = "make guessing the password cheap (scrypt N = 4096): for tests and demonstrations only",
    };

    public static RootCommand AddKeys(this RootCommand root)
    {
        var create = new Command("new", "Make a new key and write its keystore.");
        create.Options.Add(Light);
        var import = new Command("import", "Write a keystore of an existing private key.");
        import.Arguments.Add(KeyFile);
        import.Options.Add(Light);
        var show = new Command("show", "Show the address of the keystore.");

        var keys = new Command("keys", "Make, import and show the node's key.");
        foreach (var command in new[] { create, import })
        {
            command.AddSettings([Settings.Keystore, Settings.PasswordFile]);
        }

        show.AddSettings([Settings.Keystore]);
        keys.Subcommands.Add(create.Runs(NewAsync));
        keys.Subcommands.Add(import.Runs(ImportAsync));
        keys.Subcommands.Add(show.Runs(ShowAsync));
        root.Subcommands.Add(keys);
        return root;
    }

    private static Task<ExitCode> NewAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (path, password) = Target(context);
        return Print(context, path, KeystoreFile.Create(path, password, StrengthOf(context)));
    }

    private static async Task<ExitCode> ImportAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var source = context.Parsed.GetRequiredValue(KeyFile);
        var privateKey = ParseKey(source, await ReadKeyAsync(source, cancellationToken));
        try
        {
            var (path, password) = Target(context);
            return await Print(context, path, KeystoreFile.Save(path, password, privateKey, StrengthOf(context)));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(privateKey);
        }
    }

    private static Task<ExitCode> ShowAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var path = KeystorePath(context, context.ReadSettings());
        var address = KeystoreFile.ReadAddress(path)
            ?? throw new KeystoreException(path, KeystoreFault.NotAKeystore, "it names no address", null);
        return Print(context, path, address);
    }

    private static (string Path, string Password) Target(CommandContext context)
    {
        var reader = context.ReadSettings();
        var path = KeystorePath(context, reader);
        var passwordFile = reader.Optional<string>(Settings.PasswordFile, null!, SettingParsers.ExistingFile);
        reader.ThrowIfFaulty();
        if (File.Exists(path))
        {
            // Before asking for a password that would not be used.
            throw new KeystoreException(path, KeystoreFault.AlreadyExists, "it exists already, and keys are never overwritten", null);
        }

        context.Data.Create();
        return (path, PasswordSource.Read(passwordFile, context.Json ? null : context.Console, isNew: true));
    }

    private static string KeystorePath(CommandContext context, SettingReader reader) =>
        reader.Optional<string>(Settings.Keystore, context.Data.KeystorePath, SettingParsers.Text);

    private static KeystoreStrength StrengthOf(CommandContext context) =>
        context.Parsed.GetValue(Light) ? KeystoreStrength.Light : KeystoreStrength.Standard;

    private static async Task<string> ReadKeyAsync(string source, CancellationToken cancellationToken)
    {
        try
        {
            using var reader = source == "-" ? Console.In : new StreamReader(source);
            var text = new char[LongestKeyFileChars];
            var length = await reader.ReadBlockAsync(text, cancellationToken);
            return new string(text, 0, length);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException([new ConfigFault("FILE", source, fault.Message, null)]);
        }
    }

    // The fault never repeats what was read: it may be most of a key.
    private static byte[] ParseKey(string source, string text)
    {
        var digits = text.Trim();
        digits = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? digits[2..] : digits;
        return Bytes32.TryParse("0x" + digits, out var key) && Protocol.Signing.Secp256k1.Default.IsPrivateKey(key.ToArray())
            ? key.ToArray()
            : throw new ConfigException([new ConfigFault("FILE", source, "must hold a secp256k1 private key as 64 hexadecimal digits", null)]);
    }

    private static Task<ExitCode> Print(CommandContext context, string path, Address address)
    {
        if (context.Json)
        {
            context.Print(new KeyDocument { Address = address.ToString(), Keystore = Path.GetFullPath(path) }, CliJson.Default.KeyDocument);
        }
        else
        {
            context.Output.WriteLine($"{address}  {path}");
        }

        return Task.FromResult(ExitCode.Success);
    }
}

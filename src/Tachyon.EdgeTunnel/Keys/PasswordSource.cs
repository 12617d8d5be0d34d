using Spectre.Console;
using Tachyon.Chain.Keys;

namespace Tachyon.EdgeTunnel.Keys;

/// <summary>There is no password: no file was named and nobody sits at the terminal.</summary>
internal sealed class PasswordMissingException()
    : Exception("the keystore's password is needed: name a file with --password-file, or run this on a terminal");

/// <summary>
/// Where the password comes from: a file, or a prompt that shows nothing. Never the command line or the environment,
/// which other users and crash reports can read.
/// </summary>
internal static class PasswordSource
{
    /// <param name="passwordFile">The file, where one was named.</param>
    /// <param name="console">Where to ask otherwise; null where a program reads what is printed.</param>
    /// <param name="isNew">Whether it is asked for twice.</param>
    /// <exception cref="KeystoreException">The password file cannot be read or is empty.</exception>
    /// <exception cref="PasswordMissingException">No file, and no terminal to ask on.</exception>
    public static string Read(string? passwordFile, IAnsiConsole? console, bool isNew)
    {
        if (passwordFile is not null)
        {
            return KeystoreFile.ReadPassword(passwordFile);
        }

        if (console is null || Console.IsInputRedirected)
        {
            throw new PasswordMissingException();
        }

        var password = Ask(console, "Password of the keystore:");
        if (isNew)
        {
            while (Ask(console, "The same again:") != password)
            {
                console.WriteLine("These were two different passwords.");
                password = Ask(console, "Password of the keystore:");
            }
        }

        return password;
    }

    private static string Ask(IAnsiConsole console, string question) =>
        console.Prompt(new TextPrompt<string>(question).Secret(null));
}

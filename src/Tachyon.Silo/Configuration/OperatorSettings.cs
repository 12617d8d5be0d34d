namespace Tachyon.Silo.Configuration;

/// <summary>The account that pays for the silo's transactions. Secrets are read from files alone, never from settings.</summary>
/// <param name="KeystoreFile">Operator:KeystoreFile, a V3 keystore.</param>
/// <param name="PasswordFile">Operator:PasswordFile, whose first line opens it.</param>
internal sealed record OperatorSettings(string KeystoreFile, string PasswordFile)
{
    public static OperatorSettings Read(SettingReader reader) => new(
        reader.Required("Operator:KeystoreFile", "the V3 keystore of the account that pays for transactions"),
        reader.Required("Operator:PasswordFile", "a file whose first line is the keystore's password"));
}

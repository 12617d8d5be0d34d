namespace Tachyon.Chain.Keys;

/// <summary>What guessing a password costs.</summary>
public enum KeystoreStrength
{
    /// <summary>scrypt with N = 262,144: most of a second and 256 MB for each guess.</summary>
    Standard = 0,

    /// <summary>scrypt with N = 4,096: for tests and demonstrations.</summary>
    Light = 1,
}

namespace Tachyon.Silo.Configuration;

/// <summary>One setting, for people: what it is for, what it is without being set, and what it is now.</summary>
/// <param name="Key">Such as Gateway:MaxConnections.</param>
/// <param name="Meaning">What it does, its unit and its bounds.</param>
/// <param name="Standard">What holds when it is not set.</param>
/// <param name="Value">What holds now; never a secret.</param>
/// <param name="IsSet">Whether anything set it.</param>
internal sealed record SettingEntry(string Key, string Meaning, string Standard, string Value, bool IsSet);

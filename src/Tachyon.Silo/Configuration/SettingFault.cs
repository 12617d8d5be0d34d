namespace Tachyon.Silo.Configuration;

/// <summary>A setting that cannot be used.</summary>
/// <param name="Setting">Its key, such as Chain:Endpoint.</param>
/// <param name="Value">What it is set to; null when it is not set.</param>
/// <param name="Reason">What is wrong with that, and what would be right.</param>
/// <param name="MayPass">Whether the same settings may be in order later, as when a server is not up yet.</param>
internal sealed record SettingFault(string Setting, string? Value, string Reason, bool MayPass = false)
{
    public override string ToString() => Value is null ? $"{Setting} {Reason}" : $"{Setting} is '{Value}': {Reason}";
}

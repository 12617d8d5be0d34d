namespace Tachyon.Silo.Console.Markup;

/// <summary>How much a state asks for attention.</summary>
internal enum Tone
{
    Quiet,
    Good,
    Warn,
    Bad,
}

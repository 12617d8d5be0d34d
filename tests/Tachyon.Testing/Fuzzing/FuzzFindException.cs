namespace Tachyon.Testing.Fuzzing;

/// <summary>An input that broke what must not break. Make it a test of its own, then mend the reader.</summary>
public sealed class FuzzFindException(byte[] input, Exception fault)
    : Exception($"{fault.GetType().Name}: {fault.Message}{Environment.NewLine}input of {input.Length} bytes: {Convert.ToHexStringLower(input)}", fault)
{
    /// <summary>What was read.</summary>
    public IReadOnlyList<byte> Input { get; } = input;
}

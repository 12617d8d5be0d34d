using Orleans.Runtime;
using StandIns.OrleansRuntime;

namespace Orleans.StandIn.Tests;

/// <summary>What the real code generator refuses or silently leaves out stops the silo at start-up.</summary>
public sealed class ContractTests
{
    [Theory]
    [InlineData(typeof(Faulty.INameless), "has no [Alias]")]
    [InlineData(typeof(Faulty.IWithProperty), "contains a property")]
    [InlineData(typeof(Faulty.IWithPlainResult), "grain methods return")]
    [InlineData(typeof(Faulty.IWithUnmarkedArgument), "mark it with [GenerateSerializer]")]
    [InlineData(typeof(Faulty.IWithTwoTokens), "multiple CancellationToken")]
    [InlineData(typeof(Faulty.IWithReference), "out, ref or in")]
    [InlineData(typeof(Faulty.IWithVoid), "returns void")]
    [InlineData(typeof(Faulty.Nameless), "no [Alias]")]
    [InlineData(typeof(Faulty.Unnumbered), "has no [Id]")]
    [InlineData(typeof(Faulty.UnnumberedField), "has no [Id]")]
    [InlineData(typeof(Faulty.Clashing), "more than one member")]
    [InlineData(typeof(Faulty.HoldsUnmarked), "mark it with [GenerateSerializer]")]
    [InlineData(typeof(Faulty.DerivedOfUnmarked), "not marked with [GenerateSerializer]")]
    [InlineData(typeof(Faulty.Computed), "no field behind it")]
    public void Type_BreakingARule_IsNamedWithTheRule(Type type, string rule)
    {
        OrleansConfigurationException thrown = Assert.Throws<OrleansConfigurationException>(() => ApplicationParts.Check([type]));
        Assert.Contains(rule, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_SeveralFaults_NamesAll()
    {
        OrleansConfigurationException thrown = Assert.Throws<OrleansConfigurationException>(
            () => ApplicationParts.Check([typeof(Faulty.INameless), typeof(Faulty.Unnumbered), typeof(Faulty.Fine)]));
        Assert.Contains("2 grain interfaces or messages", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_AllowedShapes_Pass() => Assert.True(ApplicationParts.Check([typeof(Faulty.Fine)]));
}

[NotDiscovered]
public static class Faulty
{
    public interface INameless : IGrainWithStringKey;

    [Alias("faulty.property")]
    public interface IWithProperty : IGrainWithStringKey
    {
        Task<int> Value { get; }
    }

    [Alias("faulty.result")]
    public interface IWithPlainResult : IGrainWithStringKey
    {
        int Value();
    }

    [Alias("faulty.argument")]
    public interface IWithUnmarkedArgument : IGrainWithStringKey
    {
        Task Take(Unmarked value);
    }

    [Alias("faulty.tokens")]
    public interface IWithTwoTokens : IGrainWithStringKey
    {
        Task Take(CancellationToken one, CancellationToken two);
    }

    [Alias("faulty.reference")]
    public interface IWithReference : IGrainWithStringKey
    {
        Task Take(in int value);
    }

    [Alias("faulty.void")]
    public interface IWithVoid : IGrainWithStringKey
    {
        void Take();
    }

    public sealed class Unmarked
    {
        public int Value { get; set; }
    }

    public class UnmarkedBase
    {
        public int Value { get; set; }
    }

    [GenerateSerializer]
    public sealed class Nameless;

    [GenerateSerializer, Alias("faulty.unnumbered")]
    public sealed class Unnumbered
    {
        public int Value { get; set; }
    }

    [GenerateSerializer, Alias("faulty.unnumbered-field")]
    public sealed class UnnumberedField
    {
        private readonly int _value = 1;

        public int Read() => _value;
    }

    [GenerateSerializer, Alias("faulty.clashing")]
    public sealed class Clashing
    {
        [Id(1)]
        public int First { get; set; }

        [Id(1)]
        public int Second { get; set; }
    }

    [GenerateSerializer, Alias("faulty.holds")]
    public sealed class HoldsUnmarked
    {
        [Id(0)]
        public Unmarked? Value { get; set; }
    }

    [GenerateSerializer, Alias("faulty.derived")]
    public sealed class DerivedOfUnmarked : UnmarkedBase
    {
        [Id(0)]
        public int Own { get; set; }
    }

    [GenerateSerializer, Alias("faulty.computed")]
    public sealed class Computed
    {
        [Id(0)]
        public int Twice => GetHashCode();
    }

    [GenerateSerializer, Alias("faulty.fine")]
    public sealed record Fine(string Positional)
    {
        [NonSerialized]
        private int _kept;

        [Id(0)]
        public int Numbered { get; init; }

        [field: NonSerialized]
        public int Left { get; set; }

        public int Half => (Numbered + _kept++) / 2;
    }
}

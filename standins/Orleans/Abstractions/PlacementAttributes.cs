using Orleans.Metadata;
using Orleans.Runtime;

namespace Orleans.Runtime
{
    /// <summary>Names how a silo is chosen for a new activation.</summary>
    public abstract class PlacementStrategy
    {
        public virtual bool IsUsingGrainDirectory => true;

        public virtual void Initialize(GrainProperties properties)
        {
        }

        public virtual void PopulateGrainProperties(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
            properties[WellKnownGrainTypeProperties.PlacementStrategy] = GetType().Name;
    }

    [GenerateSerializer, Immutable, Alias("Orleans.Runtime.RandomPlacement")]
    public sealed class RandomPlacement : PlacementStrategy;

    [GenerateSerializer, Immutable, Alias("Orleans.Runtime.PreferLocalPlacement")]
    public sealed class PreferLocalPlacement : PlacementStrategy;

    [GenerateSerializer, Immutable, Alias("Orleans.Runtime.HashBasedPlacement")]
    public sealed class HashBasedPlacement : PlacementStrategy;

    [GenerateSerializer, Immutable, Alias("Orleans.Runtime.ActivationCountBasedPlacement")]
    public sealed class ActivationCountBasedPlacement : PlacementStrategy;

    [GenerateSerializer, Immutable, Alias("Orleans.Runtime.ResourceOptimizedPlacement")]
    public sealed class ResourceOptimizedPlacement : PlacementStrategy;

    internal sealed class StatelessWorkerPlacement(int maxLocal) : PlacementStrategy
    {
        public int MaxLocal { get; } = maxLocal > 0 ? maxLocal : Environment.ProcessorCount;

        public override bool IsUsingGrainDirectory => false;
    }
}

namespace Orleans.Placement
{
    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public abstract class PlacementAttribute : Attribute, IGrainPropertiesProviderAttribute
    {
        protected PlacementAttribute(PlacementStrategy placement)
        {
            ArgumentNullException.ThrowIfNull(placement);
            PlacementStrategy = placement;
        }

        public PlacementStrategy PlacementStrategy { get; }

        public virtual void Populate(IServiceProvider services, Type grainClass, GrainType grainType, Dictionary<string, string> properties) =>
            PlacementStrategy.PopulateGrainProperties(services, grainClass, grainType, properties);
    }

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class RandomPlacementAttribute() : PlacementAttribute(new RandomPlacement());

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class PreferLocalPlacementAttribute() : PlacementAttribute(new PreferLocalPlacement());

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class HashBasedPlacementAttribute() : PlacementAttribute(new HashBasedPlacement());

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class ActivationCountBasedPlacementAttribute() : PlacementAttribute(new ActivationCountBasedPlacement());

    [AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
    public sealed class ResourceOptimizedPlacementAttribute() : PlacementAttribute(new ResourceOptimizedPlacement());
}

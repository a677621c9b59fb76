package main

import (
	"net/netip"
	"os"
	"slices"

	"sigs.k8s.io/yaml"
)

// inventory is the cloud, as the file in PODNET_INVENTORY describes it.
type inventory struct {
	Zones []struct {
		Name string
		Node *bool // true unless it is said
	}
	VSwitches []vSwitch
	Default   struct{ VSwitches, SecurityGroups []string }
}

type vSwitch struct {
	ID, Zone string
	CIDRs    []netip.Prefix
	Used     int // addresses that something outside of the cluster has
}

func readInventory(path string) (cloud inventory, err error) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = yaml.Unmarshal(text, &cloud)
	}
	return cloud, err
}

// among returns the vSwitches of these ids; if a zone is given, those of that zone only.
func (cloud inventory) among(ids []string, zone string) (found []vSwitch) {
	for _, one := range cloud.VSwitches {
		if slices.Contains(ids, one.ID) && (zone == "" || one.Zone == zone) {
			found = append(found, one)
		}
	}
	return found
}

// idle returns an IPv4 address that nobody has. The first address of a block and its last three are reserved.
func (one vSwitch) idle(taken func(netip.Addr) bool) (address netip.Addr, found bool) {
	used := one.Used
	for _, block := range one.CIDRs {
		address = block.Addr().Next()
		for left := 1<<(32-block.Bits()) - 4; block.Addr().Is4() && left > 0; left-- {
			if used--; used < 0 && !taken(address) {
				return address, true
			}
			address = address.Next()
		}
	}
	return address, false
}

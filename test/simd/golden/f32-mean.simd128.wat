(module
  (type (;0;) (func (param i32 i32 i32)))
  (import "onward" "memory" (memory (;0;) 0))
  (func (;0;) (type 0) (param i32 i32 i32)
    (local v128 f32 i32 i32 i32)
    (local.set 3
      (f32x4.splat
        (f32.const 0x0p+0 (;=0;))))
    (local.set 4
      (f32.const 0x0p+0 (;=0;)))
    (local.set 5
      (i32.const 0))
    (local.set 6
      (local.get 2))
    (local.set 7
      (i32.and
        (local.get 6)
        (i32.const -4)))
    (if  ;; label = @1
      (i32.lt_s
        (local.get 5)
        (local.get 7))
      (then
        (loop  ;; label = @2
          (local.set 3
            (f32x4.add
              (local.get 3)
              (v128.load align=1
                (i32.add
                  (local.get 1)
                  (i32.shl
                    (local.get 5)
                    (i32.const 2))))))
          (local.set 5
            (i32.add
              (local.get 5)
              (i32.const 4)))
          (br_if 0 (;@2;)
            (i32.lt_s
              (local.get 5)
              (local.get 7))))))
    (local.set 4
      (f32.add
        (f32.add
          (f32x4.extract_lane 0
            (local.get 3))
          (f32x4.extract_lane 2
            (local.get 3)))
        (f32.add
          (f32x4.extract_lane 1
            (local.get 3))
          (f32x4.extract_lane 3
            (local.get 3)))))
    (if  ;; label = @1
      (i32.lt_s
        (local.get 5)
        (local.get 6))
      (then
        (loop  ;; label = @2
          (local.set 4
            (f32.add
              (local.get 4)
              (f32.load align=1
                (i32.add
                  (local.get 1)
                  (i32.shl
                    (local.get 5)
                    (i32.const 2))))))
          (local.set 5
            (i32.add
              (local.get 5)
              (i32.const 1)))
          (br_if 0 (;@2;)
            (i32.lt_s
              (local.get 5)
              (local.get 6))))))
    (f32.store align=1
      (local.get 0)
      (f32.div
        (local.get 4)
        (f32.convert_i32_s
          (local.get 2)))))
  (export "f32_mean" (func 0)))
